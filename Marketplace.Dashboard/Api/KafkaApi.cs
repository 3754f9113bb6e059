using Confluent.Kafka;
using Marketplace.Dashboard.Kafka;
using Marketplace.Dashboard.Telemetry;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Marketplace.Dashboard.Api;

/// <summary>What is in the running Kafka resources.</summary>
internal static class KafkaApi
{
    private const string KafkaType = "Kafka";
    private const string GroupKey = "messaging.consumer.group.name";

    public static void MapKafka(this IEndpointRouteBuilder api, IDashboardModel model, MetricStore metrics, TimeProvider time)
    {
        api.MapGet("/kafka/{name}", async Task<Results<JsonHttpResult<KafkaOverview>, JsonHttpResult<ApiError>>> (string name, CancellationToken cancellation) =>
            Servers(model, name) is { } servers
                ? await AskAsync(async () => TypedResults.Json(await KafkaReader.DescribeAsync(servers, Groups(metrics), cancellation), ApiJson.Default.KafkaOverview))
                : NotRunning(name));

        api.MapGet("/kafka/{name}/topics/{topic}/messages", async Task<Results<JsonHttpResult<IReadOnlyList<KafkaMessage>>, JsonHttpResult<ApiError>>> (string name, string topic, HttpRequest request, CancellationToken cancellation) =>
        {
            var query = new QueryReader(request.Query, time);
            var limit = query.Number("limit", 50, 1, 500);
            return query.Error is { } error ? ApiResults.BadRequest(error)
                : Servers(model, name) is not { } servers ? NotRunning(name)
                : await AskAsync(async () => TypedResults.Json(await KafkaReader.ReadLatestAsync(servers, topic, limit, cancellation), ApiJson.Default.IReadOnlyListKafkaMessage));
        });
    }

    private static async Task<Results<JsonHttpResult<T>, JsonHttpResult<ApiError>>> AskAsync<T>(Func<Task<JsonHttpResult<T>>> ask)
    {
        try
        {
            return await ask();
        }
        catch (KafkaException error)
        {
            return TypedResults.Json(new ApiError($"Kafka does not answer: {error.Error.Reason}"), ApiJson.Default.ApiError, statusCode: StatusCodes.Status503ServiceUnavailable);
        }
    }

    private static string? Servers(IDashboardModel model, string name) =>
        model.Resources.FirstOrDefault(resource => resource.Name == name && resource.Type == KafkaType)?.ConnectionString;

    private static JsonHttpResult<ApiError> NotRunning(string name) => ApiResults.NotFound($"No Kafka resource {name} is running.");

    private static IEnumerable<string> Groups(MetricStore metrics) => metrics.Instruments
        .SelectMany(instrument => metrics.Dimensions(instrument).TryGetValue(GroupKey, out var groups) ? groups : []);
}
