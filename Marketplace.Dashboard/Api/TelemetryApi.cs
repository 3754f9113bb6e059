using Google.Protobuf;
using Marketplace.Dashboard.Otlp;
using Marketplace.Dashboard.Telemetry;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Marketplace.Dashboard.Api;

/// <summary>How much telemetry is held; to forget it, to take it along as a file, and to read such a file.</summary>
internal static class TelemetryApi
{
    public static void MapTelemetry(this IEndpointRouteBuilder api, TelemetryStore store, OtlpIngest ingest, DashboardOptions options)
    {
        api.MapGet("/telemetry", () => TypedResults.Json(TelemetryStatus.From(store, options), ApiJson.Default.TelemetryStatus));

        api.MapDelete("/telemetry", () =>
        {
            store.Traces.Clear();
            store.Logs.Clear();
            store.Metrics.Clear();
            ingest.Journal?.Clear();
            return TypedResults.NoContent();
        });

        api.MapGet("/telemetry/export", Results<PushStreamHttpResult, JsonHttpResult<ApiError>> (HttpRequest request) =>
        {
            var query = new QueryReader(request.Query, options.TimeProvider);
            var (from, to, trace) = (query.Time("from"), query.Time("to"), query.TraceIdOf("trace"));
            if (query.Error is { } error)
            {
                return ApiResults.BadRequest(error);
            }

            var messages = trace is { } id ? Trace(store, id) : Everything(store, from, to);
            return TypedResults.Stream(
                stream => TelemetryFile.WriteAsync(stream, messages, request.HttpContext.RequestAborted),
                TelemetryFile.ContentType,
                trace is null ? "telemetry.otlp.jsonl" : $"trace-{trace}.otlp.jsonl");
        });

        api.MapPost("/telemetry/import", async Task<Results<JsonHttpResult<ImportOutcome>, JsonHttpResult<ApiError>>> (HttpContext context) =>
        {
            // Each line is bounded, the file is not: it is read as it comes.
            if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
            {
                limit.MaxRequestBodySize = null;
            }

            try
            {
                var lines = await TelemetryFile.ReadAsync(context.Request.BodyReader, ingest, options.MaxOtlpRequestBytes, context.RequestAborted);
                return TypedResults.Json(new ImportOutcome(lines), ApiJson.Default.ImportOutcome);
            }
            catch (InvalidDataException error)
            {
                return ApiResults.BadRequest(new ApiError(error.Message));
            }
        });
    }

    private static IEnumerable<IMessage> Trace(TelemetryStore store, TraceId id) => store.Traces.Find(id) is { } trace
        ? [.. OtlpExport.Traces([trace]), .. OtlpExport.Logs(store.Logs.Search(new LogQuery { TraceId = id }, int.MaxValue))]
        : [];

    private static IEnumerable<IMessage> Everything(TelemetryStore store, DateTimeOffset? from, DateTimeOffset? to) => OtlpExport
        .Traces(store.Traces.Search(new TraceQuery { From = from, To = to }, int.MaxValue))
        .Concat<IMessage>(OtlpExport.Logs(store.Logs.Search(new LogQuery { From = from, To = to }, int.MaxValue)))
        .Concat(OtlpExport.Metrics(store.Metrics, from is { } first ? UnixNanos.From(first) : 0, to is { } last ? UnixNanos.From(last) : long.MaxValue));
}
