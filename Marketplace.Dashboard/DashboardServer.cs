using System.Net;
using Marketplace.Dashboard.Access;
using Marketplace.Dashboard.Api;
using Marketplace.Dashboard.Otlp;
using Marketplace.Dashboard.Page;
using Marketplace.Dashboard.Telemetry;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Marketplace.Dashboard;

/// <summary>The running dashboard: a page with its API, and OTLP receivers over gRPC and HTTP, all on loopback and in this process.</summary>
public sealed class DashboardServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly DashboardAccess _access;
    private readonly TelemetryJournal? _journal;

    private DashboardServer(WebApplication app, DashboardAccess access, TelemetryStore telemetry, TelemetryJournal? journal)
    {
        _app = app;
        _journal = journal;
        _access = access;
        Telemetry = telemetry;
        var addresses = app.Services.GetRequiredService<IServer>().Features.GetRequiredFeature<IServerAddressesFeature>()
            .Addresses.Select(address => new Uri(address)).ToArray();
        Address = new UriBuilder(addresses[0]) { Host = "localhost" }.Uri;
        OtlpGrpcEndpoint = addresses[1];
        OtlpHttpEndpoint = addresses[2];
    }

    /// <summary>The page's address without a token, such as <c>http://localhost:18888/</c>.</summary>
    public Uri Address { get; }

    /// <summary>The address to print: opens the page and signs the browser in. It works once; after that this property holds another.</summary>
    public Uri LoginAddress => new(Address, "login?t=" + _access.LoginCode);

    /// <summary>What a script sends as <c>Authorization: Bearer …</c> to the API.</summary>
    public string Token => _access.Token;

    /// <summary>Value of <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> with <c>OTEL_EXPORTER_OTLP_PROTOCOL=grpc</c>.</summary>
    public Uri OtlpGrpcEndpoint { get; }

    /// <summary>Value of <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> with <c>OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf</c>.</summary>
    public Uri OtlpHttpEndpoint { get; }

    /// <summary>What services send: <c>OTEL_EXPORTER_OTLP_HEADERS=x-otlp-api-key=…</c>.</summary>
    public string OtlpApiKey => _access.OtlpApiKey;

    /// <summary>What services sent, for tests and for the engine.</summary>
    public TelemetryStore Telemetry { get; }

    /// <summary>Starts listening; the returned server is ready for requests.</summary>
    /// <param name="options">Ports, bounds, keys.</param>
    /// <param name="model">The engine's resources; null for telemetry alone.</param>
    /// <param name="cancellationToken">Gives up starting.</param>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    /// <exception cref="IOException">A port is taken, or <see cref="DashboardOptions.KeepIn"/> cannot be read; the message names it.</exception>
    public static async Task<DashboardServer> StartAsync(DashboardOptions options, IDashboardModel? model, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        var access = new DashboardAccess(options.Token ?? DashboardAccess.RandomKey(), options.OtlpApiKey ?? DashboardAccess.RandomKey());
        var telemetry = new TelemetryStore(options);
        var ingest = new OtlpIngest(telemetry, options.TimeProvider);
        var app = Build(options, model ?? new NoModel(), access, telemetry, ingest);
        try
        {
            if (options.KeepIn is not null)
            {
                TelemetryJournal.Open(options, ingest);
            }

            await app.StartAsync(cancellationToken);
            return new DashboardServer(app, access, telemetry, ingest.Journal);
        }
        catch
        {
            ingest.Journal?.Dispose();
            await app.DisposeAsync();
            throw;
        }
    }

    /// <summary>Stops listening and drops what is held in memory.</summary>
    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync(CancellationToken.None);
        await _app.DisposeAsync();
        _journal?.Dispose();
    }

    private static WebApplication Build(DashboardOptions options, IDashboardModel model, DashboardAccess access, TelemetryStore telemetry, OtlpIngest ingest)
    {
        // The empty builder reads no configuration: the host's ASPNETCORE_* variables must not move the dashboard.
        var builder = WebApplication.CreateEmptyBuilder(new());
        if (options.LoggerFactory is { } loggers)
        {
            builder.Services.AddSingleton<ILoggerFactory>(new WarningsOnly(loggers));
        }

        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = options.MaxOtlpRequestBytes;
            kestrel.Listen(IPAddress.Loopback, options.Port, listen => listen.Protocols = HttpProtocols.Http1);
            kestrel.Listen(IPAddress.Loopback, options.OtlpGrpcPort, listen => listen.Protocols = HttpProtocols.Http2);
            kestrel.Listen(IPAddress.Loopback, options.OtlpHttpPort, listen => listen.Protocols = HttpProtocols.Http1);
        });
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(2));
        builder.Services.AddSingleton<IHostLifetime, NoLifetime>();
        builder.Services.AddRoutingCore();
        builder.Services.ConfigureHttpJsonOptions(json => json.SerializerOptions.TypeInfoResolverChain.Insert(0, ApiJson.Default));

        builder.Services.AddOtlpGrpc(new OtlpGrpc(ingest), options.MaxOtlpRequestBytes);

        var app = builder.Build();
        app.UseAccess(access);
        app.UseRouting();
        app.MapOtlpHttp(ingest, options.MaxOtlpRequestBytes);
        app.MapOtlpGrpc();

        var api = app.MapGroup("/api");
        api.MapResources(model, options.TimeProvider);
        api.MapMergedConsole(model);
        api.MapTraces(telemetry.Traces, options.TimeProvider);
        api.MapLogs(telemetry.Logs, options.TimeProvider);
        api.MapMetrics(telemetry.Metrics, options.TimeProvider);
        api.MapTelemetry(telemetry, ingest, options);
        api.MapKafka(model, telemetry.Metrics, options.TimeProvider);
        api.MapPageStream(model, telemetry, options);
        app.MapPage(options.ApplicationName);
        return app;
    }
}
