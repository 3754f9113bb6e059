using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Xunit;

namespace Marketplace.Tests.Sources;

/// <summary>A marketplace's simulator, on a free port.</summary>
public class Simulator : IAsyncDisposable
{
    private readonly WebApplication _app;

    private protected Simulator(WebApplication app)
    {
        _app = app;
        Address = new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());
        Http = new HttpClient { BaseAddress = Address };
    }

    public Uri Address { get; }

    /// <summary>A client without a token.</summary>
    public HttpClient Http { get; }

    private protected static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>Starts a simulator.</summary>
    /// <param name="add">Adds what it needs, with <c>AddSimulation</c>.</param>
    /// <param name="map">Maps what it answers, and <c>MapSimulation</c>.</param>
    /// <param name="settings">Its settings.</param>
    public static async Task<Simulator> StartAsync(Action<IHostApplicationBuilder> add, Action<WebApplication> map, params IEnumerable<(string Key, string Value)> settings) =>
        new(await RunAsync(add, map, settings));

    /// <summary>Switches a fault on.</summary>
    public Task FailAsync(object fault) => TellAsync(HttpMethod.Post, "faults", fault);

    public Task HealAsync() => TellAsync(HttpMethod.Delete, "faults");

    public Task RevokeTokensAsync() => TellAsync(HttpMethod.Delete, "tokens");

    /// <summary>How often an endpoint was called.</summary>
    public async Task<long> CallsToAsync(string endpoint) => (await CallLogAsync()).GetProperty("byEndpoint").TryGetProperty(endpoint, out var count) ? count.GetInt64() : 0;

    /// <summary>How often anything was called, also what the simulator does not have.</summary>
    public async Task<long> CallsAsync() => (await CallLogAsync()).GetProperty("total").GetInt64();

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _app.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    private protected static async Task<WebApplication> RunAsync(Action<IHostApplicationBuilder> add, Action<WebApplication> map, IEnumerable<(string Key, string Value)> settings)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { ApplicationName = "Marketplace.Tests" });
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Configuration.AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create<string, string?>(setting.Key, setting.Value)));
        builder.Logging.ClearProviders();
        add(builder);
        var app = builder.Build();
        map(app);
        await app.StartAsync(Cancel);
        return app;
    }

    private protected async Task TellAsync(HttpMethod method, string what, object? body = null)
    {
        using var request = new HttpRequestMessage(method, $"/admin/{what}") { Content = body is null ? null : JsonContent.Create(body) };
        using var response = await Http.SendAsync(request, Cancel);
        response.EnsureSuccessStatusCode();
    }

    private async Task<JsonElement> CallLogAsync() => await Http.GetFromJsonAsync<JsonElement>("/admin/calls", Cancel);
}
