using System.Globalization;
using System.Net.Http.Json;
using Marketplace.Dashboard.Telemetry;
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

    public GraphQLClient Gateway { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        using var limit = new CancellationTokenSource(StartLimit);
        var builder = await DistributedApplicationTestingBuilder.CreateAsync<Marketplace_AppHost>(limit.Token);
        var gateway = builder.CreateResourceBuilder(builder.Resources.OfType<ProjectResource>().Single(resource => resource.Name == "gateway"));
        foreach (var (key, value) in Tokens.Settings)
        {
            gateway.WithEnvironment(key.Replace(":", "__", StringComparison.Ordinal), value);
        }

        Configure(builder);
        _app = await builder.BuildAsync(limit.Token);
        await _app.StartAsync(limit.Token);
        await _app.ResourceNotifications.WaitForResourceHealthyAsync("ebay", limit.Token);
        await _app.ResourceNotifications.WaitForResourceHealthyAsync("gateway", limit.Token);
        Gateway = new GraphQLClient(_app.CreateHttpClient("gateway"));
    }

    /// <summary>Asks the gateway for a product, as a browser that traces does.</summary>
    /// <returns>The trace's id.</returns>
    public async Task<string> AskTracedAsync(string id, CancellationToken cancellationToken)
    {
        var traceId = Guid.NewGuid().ToString("N");
        using var http = App.CreateHttpClient("gateway");
        using var request = new HttpRequestMessage(HttpMethod.Post, "/graphql") { Content = JsonContent.Create(new { query = GraphQLClient.ProductQuery, variables = new { id } }) };
        request.Headers.Add("traceparent", $"00-{traceId}-00000000000000aa-01");
        using var response = await http.SendAsync(request, cancellationToken);
        response.EnsureSuccessStatusCode();
        return traceId;
    }

    /// <summary>Asks for products never asked for until one's trace matches: on a slow machine the instant way may answer before Kafka does.</summary>
    /// <returns>The trace's id.</returns>
    /// <exception cref="OperationCanceledException">None of six matched, each within 20 s.</exception>
    public async Task<string> AskUntilTraceAsync(Func<TelemetryTrace, bool> match, CancellationToken cancellationToken)
    {
        for (var tries = 1; ; tries++)
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            limit.CancelAfter(TimeSpan.FromSeconds(20));
            try
            {
                var traceId = await AskTracedAsync(Random.Shared.NextInt64(700_000_000, 800_000_000).ToString(CultureInfo.InvariantCulture), limit.Token);
                await App.WaitForTraceAsync(traceId, match, limit.Token);
                return traceId;
            }
            catch (OperationCanceledException) when (tries < 6 && !cancellationToken.IsCancellationRequested)
            {
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_app is not null)
        {
            await _app.DisposeAsync();
        }

        GC.SuppressFinalize(this);
    }

    protected virtual void Configure(IDistributedApplicationTestingBuilder builder)
    {
    }
}
