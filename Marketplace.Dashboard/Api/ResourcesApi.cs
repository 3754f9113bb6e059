using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Marketplace.Dashboard.Api;

/// <summary>The engine's resources: their state, their console, their commands.</summary>
internal static class ResourcesApi
{
    private const int LargestBatch = 500;

    public static void MapResources(this IEndpointRouteBuilder api, IDashboardModel model, TimeProvider time)
    {
        var resources = api.MapGroup("/resources");

        resources.MapGet("/", () => TypedResults.Json<IReadOnlyList<ResourceView>>([.. model.Resources.Select(ResourceView.From)], ApiJson.Default.IReadOnlyListResourceView));

        resources.MapGet("/stream", () => new EventStream<IReadOnlyList<ResourceView>>(cancellation => Changes(model, cancellation), ApiJson.Default.IReadOnlyListResourceView));

        resources.MapGet("/{name}", Results<JsonHttpResult<ResourceView>, JsonHttpResult<ApiError>> (string name) =>
            Find(model, name) is { } resource
                ? TypedResults.Json(ResourceView.From(resource), ApiJson.Default.ResourceView)
                : NoResource(name));

        resources.MapPost("/{name}/environment/{variable}/reveal", Results<JsonHttpResult<RevealedValue>, JsonHttpResult<ApiError>> (string name, string variable, HttpResponse response) =>
        {
            response.Headers.CacheControl = "no-store";
            return Find(model, name)?.Environment.FirstOrDefault(v => v.Name == variable) is { } found
                ? TypedResults.Json(new RevealedValue(found.Value), ApiJson.Default.RevealedValue)
                : ApiResults.NotFound($"There is no variable {variable} of a resource {name}.");
        });

        resources.MapPost("/{name}/commands/{command}", async Task<Results<JsonHttpResult<CommandOutcome>, JsonHttpResult<ApiError>>> (string name, string command, CancellationToken cancellation) =>
        {
            if (Find(model, name)?.Commands.Any(c => c.Name == command) != true)
            {
                return ApiResults.NotFound($"There is no command {command} of a resource {name}.");
            }

            var result = await model.ExecuteCommandAsync(name, command, cancellation);
            return TypedResults.Json(new CommandOutcome(result.Success, result.Message), ApiJson.Default.CommandOutcome);
        });

        resources.MapGet("/{name}/console", async Task<Results<JsonHttpResult<IReadOnlyList<ConsoleLine>>, ContentHttpResult, JsonHttpResult<ApiError>>> (string name, HttpContext context, CancellationToken cancellation) =>
        {
            var query = new QueryReader(context.Request.Query, time);
            var after = query.Number("after", 0, 0, long.MaxValue);
            var tail = query.Number("tail", 5_000, 1, 1_000_000);
            var format = query.Choice("format", ConsoleFormat.Json);
            if (query.Error is { } error)
            {
                return ApiResults.BadRequest(error);
            }

            if (Find(model, name) is null)
            {
                return NoResource(name);
            }

            var lines = new Queue<ConsoleLine>();
            await foreach (var line in model.ReadConsoleAsync(name, after, follow: false, cancellation))
            {
                lines.Enqueue(line);
                if (lines.Count > tail)
                {
                    lines.Dequeue();
                }
            }

            if (format == ConsoleFormat.Text)
            {
                context.Response.Headers.ContentDisposition = $"attachment; filename=\"{name}.log\"";
                return TypedResults.Text(string.Concat(lines.Select(line => $"{line.Time:O} {line.Text}\n")));
            }

            return TypedResults.Json<IReadOnlyList<ConsoleLine>>([.. lines], ApiJson.Default.IReadOnlyListConsoleLine);
        });

        resources.MapGet("/{name}/console/stream", Results<EventStream<IReadOnlyList<ConsoleLine>>, JsonHttpResult<ApiError>> (string name, HttpContext context) =>
        {
            var query = new QueryReader(context.Request.Query, time);
            var after = query.Number("after", 0, 0, long.MaxValue);
            // A browser that reconnects says where it was.
            after = long.TryParse(context.Request.Headers["Last-Event-ID"], out var last) ? Math.Max(after, last) : after;
            return query.Error is { } error ? ApiResults.BadRequest(error)
                : Find(model, name) is null ? NoResource(name)
                : new EventStream<IReadOnlyList<ConsoleLine>>(cancellation => Lines(model, name, after, cancellation), ApiJson.Default.IReadOnlyListConsoleLine);
        });
    }

    private static DashboardResource? Find(IDashboardModel model, string name) => model.Resources.FirstOrDefault(resource => resource.Name == name);

    private static JsonHttpResult<ApiError> NoResource(string name) => ApiResults.NotFound($"There is no resource {name}.");

    private static async IAsyncEnumerable<SseItem<IReadOnlyList<ResourceView>>> Changes(IDashboardModel model, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var batch in model.WatchAsync(cancellationToken).InBatches(LargestBatch, cancellationToken))
        {
            yield return new(ResourceView.Latest(batch), "resources");
        }
    }

    private static async IAsyncEnumerable<SseItem<IReadOnlyList<ConsoleLine>>> Lines(IDashboardModel model, string name, long after, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var batch in model.ReadConsoleAsync(name, after, follow: true, cancellationToken).InBatches(LargestBatch, cancellationToken))
        {
            yield return new(batch, "lines") { EventId = batch[^1].Number.ToString(System.Globalization.CultureInfo.InvariantCulture) };
        }
    }

    private enum ConsoleFormat
    {
        Json,
        Text,
    }
}
