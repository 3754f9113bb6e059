using Marketplace.Dashboard.Telemetry;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Marketplace.Dashboard.Api;

/// <summary>Metrics: the instruments there are, and one drawn over a range of time.</summary>
internal static class MetricsApi
{
    private const long LeastWidthNanos = 60_000_000_000;

    public static void MapMetrics(this IEndpointRouteBuilder api, MetricStore store, TimeProvider time)
    {
        api.MapGet("/metrics", (HttpRequest request) =>
        {
            var service = new QueryReader(request.Query, time).Text("service");
            return TypedResults.Json<IReadOnlyList<InstrumentView>>(
                [.. store.Instruments
                    .Where(instrument => service is null || instrument.Service == service)
                    .Select(instrument => new InstrumentView(instrument.Service, instrument.Meter.Name, instrument.Name, instrument.Unit, instrument.Description, instrument.Kind, store.Dimensions(instrument)))],
                ApiJson.Default.IReadOnlyListInstrumentView);
        });

        api.MapGet("/metrics/chart", Results<JsonHttpResult<ChartView>, JsonHttpResult<ApiError>> (HttpRequest request) =>
        {
            var query = new QueryReader(request.Query, time);
            var (service, meter, name) = (query.Text("service"), query.Text("meter"), query.Text("name"));
            var to = query.Time("to") ?? time.GetUtcNow();
            var from = query.Time("from") ?? to - TimeSpan.FromMinutes(5);
            var steps = query.Number("steps", 60, 1, 1_000);
            var groupBy = query.Text("groupBy") is { } keys ? keys.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) : null;
            var grouped = query.Flag("grouped") ?? groupBy is not null;
            var filters = query.Attributes("attribute");
            var fit = query.Flag("fit") ?? false;
            if (query.Error is { } error)
            {
                return ApiResults.BadRequest(error);
            }

            if (from >= to)
            {
                return ApiResults.BadRequest(new ApiError("The request's parameters are not valid.", new Dictionary<string, string> { ["from"] = "Must be before to." }));
            }

            if (service is null || name is null || store.Find(service, meter ?? "", name) is not { } instrument)
            {
                return ApiResults.NotFound($"There is no instrument {name} of meter {meter} and service {service}.");
            }

            var (start, end) = (UnixNanos.From(from), UnixNanos.From(to));
            if (fit && store.FirstNanos(service) is { } first)
            {
                // A service that runs for a minute does not need an hour's width.
                start = Math.Max(start, Math.Min(first, end - LeastWidthNanos));
            }

            var series = store.Read(instrument).Where(s => filters.All(filter => filter.Matches(s.Label(filter.Key))));
            var chart = MetricChart.Draw(instrument.Kind, series, start, end, steps, grouped ? groupBy ?? [] : null);
            return TypedResults.Json(
                new ChartView(
                    instrument.Unit,
                    instrument.Kind,
                    chart.TimesMs,
                    chart.Lines,
                    [.. chart.Exemplars.Select(e => new ExemplarView(UnixNanos.ToMilliseconds(e.TimeNanos), e.Value, e.TraceId.ToString(), e.SpanId.ToString()))]),
                ApiJson.Default.ChartView);
        });
    }
}
