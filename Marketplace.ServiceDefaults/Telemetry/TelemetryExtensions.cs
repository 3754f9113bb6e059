using Microsoft.Extensions.Configuration.Memory;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Microsoft.Extensions.Hosting;

internal static class TelemetryExtensions
{
    /// <summary>The setting with the address of a second receiver of traces.</summary>
    public const string SecondReceiver = "Telemetry:TracesAlsoTo";

    /// <summary>ActivitySources and Meters of this system's own projects.</summary>
    private const string OwnSources = "Marketplace.*";

    /// <summary>
    /// The sets of attributes that an instrument counts apart; more are counted together. Memory for all of them is taken at once, for each
    /// instrument: with the library's default, 2,000, that is 14 MB. A topic of 64 partitions in two groups needs 128.
    /// </summary>
    private const int MaxSeries = 300;

    /// <summary>Retries, time-outs and opened circuits, as Polly counts them.</summary>
    private const string ResilienceEvents = "Polly";

    // AddAspNetCoreInstrumentation would also count each rented buffer and each routed request, at a cost to every request and of no use.
    private static readonly string[] ServerMeters = ["Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel"];

    /// <summary>A call over gRPC; left out, the HTTP request below it would have no parent.</summary>
    private const string GrpcCalls = "Grpc.Net.Client";

    // Written for each request or query, which traces have already.
    private static readonly Dictionary<string, string?> QuietCategories = new()
    {
        ["Logging:LogLevel:Microsoft.AspNetCore"] = "Warning",
        // It logs nothing above that, but would open a scope around each request; the trace id in each log entry says as much.
        ["Logging:LogLevel:Microsoft.AspNetCore.Hosting.Diagnostics"] = "None",
        ["Logging:LogLevel:System.Net.Http.HttpClient"] = "Warning",
        ["Logging:LogLevel:Polly"] = "Warning",
        // Each cancelled call, with a stack trace: every hedged call that came second is one.
        ["Logging:LogLevel:Grpc"] = "Warning",
        // Each probe while a dependency is away: its client logs that once, and the response names the check.
        ["Logging:LogLevel:Microsoft.Extensions.Diagnostics.HealthChecks"] = "Critical",
        // Each attempt to connect, with a stack trace; the users of Redis log when it is away and when it is back.
        ["Logging:LogLevel:StackExchange.Redis"] = "Critical",
    };

    public static void AddTelemetry(this IHostApplicationBuilder builder, bool traceUnexportedRequests)
    {
        builder.AddLogs();

        var telemetry = builder.Services.AddOpenTelemetry()
            .WithMetrics(metrics => metrics
                .AddMeter([OwnSources, ResilienceEvents, .. ServerMeters])
                .AddHttpClientInstrumentation()
                .AddRuntimeInstrumentation()
                .AddView(static _ => new MetricStreamConfiguration { CardinalityLimit = MaxSeries })
                .AddPrometheusExporter())
            .WithTracing(tracing => tracing
                .AddSource(OwnSources, GrpcCalls)
                .AddHttpClientInstrumentation());

        if (string.IsNullOrEmpty(builder.Configuration["OTEL_SERVICE_NAME"]))
        {
            telemetry.ConfigureResource(resource => resource.AddService(builder.Environment.ApplicationName));
        }

        var (receiver, second) = (builder.Configuration["OTEL_EXPORTER_OTLP_ENDPOINT"], builder.Configuration[SecondReceiver]);
        if (!string.IsNullOrEmpty(receiver))
        {
            telemetry.UseOtlpExporter();
        }

        if (!string.IsNullOrEmpty(second))
        {
            telemetry.WithTracing(tracing => tracing.AddProcessor(_ => SecondExport(new Uri(second))));
        }

        var unexported = string.IsNullOrEmpty(receiver) && string.IsNullOrEmpty(second);
        if (unexported)
        {
            // No receiver, so nothing is recorded; traces still have ids, for logs and for the services called.
            telemetry.WithTracing(tracing => tracing.SetSampler(new AlwaysOffSampler()));
        }

        if (!unexported || traceUnexportedRequests)
        {
            telemetry.WithTracing(tracing => tracing.AddAspNetCoreInstrumentation(options => options.Filter = context => !OperationalPaths.Includes(context.Request.Path)));
        }
    }

    // UseOtlpExporter has one target and allows no AddOtlpExporter beside it. The first target's key is not for the second.
    private static BatchActivityExportProcessor SecondExport(Uri receiver) =>
        new(new OtlpTraceExporter(new OtlpExporterOptions { Endpoint = receiver, Protocol = OtlpExportProtocol.Grpc, Headers = "" }),
            scheduledDelayMilliseconds: new BatchExportActivityProcessorOptions().ScheduledDelayMilliseconds);

    private static void AddLogs(this IHostApplicationBuilder builder)
    {
        // First in line, so that any setting of the service or its surroundings wins.
        builder.Configuration.Sources.Insert(0, new MemoryConfigurationSource { InitialData = QuietCategories });
        builder.Logging.Configure(options => options.ActivityTrackingOptions = ActivityTrackingOptions.TraceId);
        builder.Logging.AddSimpleConsole(console =>
        {
            (console.SingleLine, console.IncludeScopes, console.ColorBehavior) = (true, true, LoggerColorBehavior.Disabled); // the trace id is a scope
            (console.TimestampFormat, console.UseUtcTimestamp) = ("HH:mm:ss.fff ", true);
        });
        builder.Logging.AddOpenTelemetry(logs =>
        {
            logs.IncludeFormattedMessage = true;
            logs.IncludeScopes = true;
        });
    }
}
