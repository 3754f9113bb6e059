using System.Net.Http.Headers;
using Marketplace.Dashboard;
using Xunit;

namespace Marketplace.Tests.Dashboard;

/// <summary>A dashboard on free ports with a client that is signed in; everything that waits gives up after a minute.</summary>
internal sealed class TestDashboard : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);
    private readonly CancellationTokenSource _patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);

    private TestDashboard(DashboardServer server, ScriptedModel model)
    {
        Server = server;
        Model = model;
        Client = new HttpClient { BaseAddress = server.Address, Timeout = Patience };
        Client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", server.Token);
        Otlp = new HttpClient { BaseAddress = server.OtlpHttpEndpoint, Timeout = Patience };
        Otlp.DefaultRequestHeaders.Add("x-otlp-api-key", server.OtlpApiKey);
        _patience.CancelAfter(Patience);
    }

    public DashboardServer Server { get; }

    public ScriptedModel Model { get; }

    /// <summary>For the API, with the token.</summary>
    public HttpClient Client { get; }

    /// <summary>For OTLP over HTTP, with the key.</summary>
    public HttpClient Otlp { get; }

    public CancellationToken Cancellation => _patience.Token;

    public static async Task<TestDashboard> StartAsync(Action<DashboardOptions>? configure = null)
    {
        var options = new DashboardOptions { Port = 0, OtlpGrpcPort = 0, OtlpHttpPort = 0 };
        configure?.Invoke(options);
        var model = new ScriptedModel();
        return new TestDashboard(await DashboardServer.StartAsync(options, model, TestContext.Current.CancellationToken), model);
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        Otlp.Dispose();
        await Server.DisposeAsync();
        _patience.Dispose();
    }
}
