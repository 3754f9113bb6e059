using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using Marketplace.Tests.EndToEnd;
using Marketplace.Tests.Products;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Xunit;

namespace Marketplace.Tests.Storefront.Browser;

/// <summary>
/// The whole model with the built app, which npm builds first where that was not done. As where it is deployed, the gateway executes
/// nothing but the app's own operations; a product is stale as soon as it was read.
/// </summary>
public sealed class StorefrontModel : MarketplaceFixture, IAsyncLifetime
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromMinutes(2);

    private string? _obstacle;

    /// <summary>The address of the app; the test is skipped where it cannot be built.</summary>
    public Uri Address
    {
        get
        {
            Assert.SkipWhen(_obstacle is not null, _obstacle ?? "");
            return App.GetEndpoint("storefront");
        }
    }

    /// <summary>The address of the gateway.</summary>
    public Uri GatewayAddress => App.GetEndpoint("gateway", "http");

    async ValueTask IAsyncLifetime.InitializeAsync()
    {
        _obstacle = await StorefrontBuild.EnsureAsync();
        if (_obstacle is null)
        {
            await InitializeAsync();
            await App.ResourceNotifications.WaitForResourceHealthyAsync("storefront").WaitAsync(StartLimit);
        }
    }

    /// <summary>Changes a listing's price at the marketplace, and has it read anew and stored.</summary>
    public async Task ChangePriceAsync(string id, decimal amount, CancellationToken cancellationToken)
    {
        using var simulator = App.CreateHttpClient("ebay-simulator", "http");
        using var changed = await simulator.PutAsJsonAsync($"/admin/prices/{id}", new { amount }, cancellationToken);
        changed.EnsureSuccessStatusCode();
        using var ebay = App.CreateHttpClient("ebay", "http");
        await Wait.UntilAsync(
            async () => (await ebay.GetStringAsync($"/products/{id}", cancellationToken)).Contains(amount.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal),
            "the service has the new price");
    }

    /// <summary>Ends the gateway with SIGKILL and waits until it is seen to be gone.</summary>
    public async Task<ResourceEvent> KillGatewayAsync(CancellationToken cancellationToken)
    {
        var running = await App.ResourceNotifications.WaitForResourceAsync("gateway", change => change.Snapshot.State?.Text == KnownResourceStates.Running, cancellationToken);
        using (var process = Process.GetProcessById((int)running.Snapshot.Properties.Single(property => property.Name == "executable.pid").Value!))
        {
            process.Kill();
        }

        return await App.ResourceNotifications.WaitForResourceAsync("gateway", change => KnownResourceStates.TerminalStates.Contains(change.Snapshot.State?.Text), cancellationToken);
    }

    /// <summary>Starts the gateway again.</summary>
    public async Task StartAsync(ResourceEvent gateway, CancellationToken cancellationToken)
    {
        var result = await App.ResourceCommands.ExecuteCommandAsync(gateway.ResourceId, KnownResourceCommands.StartCommand, cancellationToken);
        Assert.True(result.Success, result.Message);
        await App.ResourceNotifications.WaitForResourceAsync("gateway", change => change.Snapshot.HealthStatus == HealthStatus.Healthy, cancellationToken);
    }

    protected override void Configure(IDistributedApplicationTestingBuilder builder)
    {
        Service("gateway").WithEnvironment("Gateway__TrustedDocuments__Only", "true");
        Service("ebay").WithEnvironment("Products__FreshFor", "00:00:00.001");

        IResourceBuilder<ProjectResource> Service(string name) => builder.CreateResourceBuilder(builder.Resources.OfType<ProjectResource>().Single(resource => resource.Name == name));
    }
}
