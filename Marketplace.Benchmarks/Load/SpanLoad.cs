using System.Diagnostics;
using OpenTelemetry;
using OpenTelemetry.Trace;

namespace Marketplace.Benchmarks.Load;

/// <summary>A program that makes spans at a steady rate, in traces shaped like a query's, and sends them where <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> says, or to nobody.</summary>
internal static class SpanLoad
{
    public const int PerSecond = 5_000;

    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(20);
    private static readonly ActivitySource Source = new("Marketplace.Benchmarks");

    public static async Task<int> RunAsync()
    {
        var tracing = Sdk.CreateTracerProviderBuilder().AddSource(Source.Name).SetSampler(new AlwaysOnSampler());
        if (!string.IsNullOrEmpty(Environment.GetEnvironmentVariable("OTEL_EXPORTER_OTLP_ENDPOINT")))
        {
            tracing.AddOtlpExporter();
        }

        using var provider = tracing.Build();
        using var timer = new PeriodicTimer(Step);
        var start = Stopwatch.GetTimestamp();
        var made = 0L;
        while (await timer.WaitForNextTickAsync())
        {
            // By the clock, so that a late tick is made up for.
            for (var due = Stopwatch.GetElapsedTime(start).TotalSeconds * PerSecond; made < due;)
            {
                made += MakeTrace();
            }
        }

        return 0;
    }

    private static int MakeTrace()
    {
        using var request = Source.StartActivity("POST /graphql", ActivityKind.Server);
        request?.SetTag("http.request.method", "POST").SetTag("http.route", "/graphql").SetTag("http.response.status_code", 200).SetTag("url.path", "/graphql").SetTag("server.port", 4000).SetTag("network.protocol.version", "1.1");
        using (var get = Source.StartActivity("GET", ActivityKind.Client))
        {
            get?.SetTag("db.system.name", "redis").SetTag("db.operation.name", "GET").SetTag("server.address", "localhost");
        }

        using var send = Source.StartActivity("send ebay.product.get", ActivityKind.Producer);
        send?.SetTag("messaging.system", "kafka").SetTag("messaging.destination.name", "ebay.product.get").SetTag("messaging.message.id", "0198a3c4-7d2e-7000-8000-4f9d2c6b1a55");
        using var process = Source.StartActivity("process ebay.product.get", ActivityKind.Consumer);
        process?.SetTag("messaging.system", "kafka").SetTag("messaging.destination.name", "ebay.product.get").SetTag("messaging.destination.partition.id", "7").SetTag("messaging.kafka.offset", 123_456).SetTag("messaging.consumer.group.name", "ebay.product");
        using var query = Source.StartActivity("postgresql", ActivityKind.Client);
        query?.SetTag("db.system.name", "postgresql").SetTag("db.namespace", "marketplace").SetTag("db.query.text", "SELECT p.id, p.body, p.version, p.fetched_at FROM ebay.products AS p WHERE p.id = @id LIMIT 1");
        return 5;
    }
}
