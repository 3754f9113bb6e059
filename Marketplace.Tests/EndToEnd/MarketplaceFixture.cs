using Marketplace.Tests.EndToEnd.Telemetry;
using Marketplace.Tests.Gateway.Security;
using Projects;
using Xunit;

namespace Marketplace.Tests.EndToEnd;

/// <summary>The whole model, started for real on free ports, once for all classes that only read from it.</summary>
public class MarketplaceFixture : IAsyncLifetime
{
    /// <summary>Bounds the start: a cold machine may fetch servers first.</summary>
    private static readonly TimeSpan StartLimit = TimeSpan.FromMinutes(4);

    private DistributedApplication? _app;

    public DistributedApplication App => _app ?? throw new InvalidOperationException("The model has not been started.");

    /// <summary>The spans of all services.</summary>
    public OtlpReceiver Telemetry { get; private set; } = null!;

    public GraphQLClient Gateway { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        using var limit = new CancellationTokenSource(StartLimit);
        var builder = await DistributedApplicationTestingBuilder.CreateAsync<Marketplace_AppHost>(limit.Token);
        Telemetry = await OtlpReceiver.StartAsync(limit.Token);
        foreach (var project in builder.Resources.OfType<ProjectResource>())
        {
            builder.CreateResourceBuilder(project)
                .WithEnvironment("OTEL_EXPORTER_OTLP_ENDPOINT", Telemetry.Address.ToString())
                .WithEnvironment("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf")
                .WithEnvironment("OTEL_EXPORTER_OTLP_TIMEOUT", "10000"); // ms; on a busy machine spans would else be dropped
        }

        var gateway = builder.CreateResourceBuilder(builder.Resources.OfType<ProjectResource>().Single(resource => resource.Name == "gateway"));
        // All tests are one client, which asks for more new products than people do.
        gateway.WithEnvironment("Gateway__RateLimit__ColdReadsPerMinute", "100000");
        foreach (var (key, value) in Tokens.Settings)
        {
            gateway.WithEnvironment(key.Replace(":", "__", StringComparison.Ordinal), value);
        }

        Configure(builder);
        _app = await builder.BuildAsync(limit.Token);
        await _app.StartAsync(limit.Token);
        await _app.ResourceNotifications.WaitForResourceHealthyAsync("gateway", limit.Token);
        Gateway = new GraphQLClient(_app.CreateHttpClient("gateway"));
    }

    public async ValueTask DisposeAsync()
    {
        if (_app is not null)
        {
            await _app.DisposeAsync();
        }

        if (Telemetry is not null)
        {
            await Telemetry.DisposeAsync();
        }

        GC.SuppressFinalize(this);
    }

    protected virtual void Configure(IDistributedApplicationTestingBuilder builder)
    {
    }
}
