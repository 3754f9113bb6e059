using Xunit;

namespace Marketplace.Tests.Gateway.Security;

/// <summary>A Redis of its own, whichever the engine finds on this machine.</summary>
public sealed class RedisServer : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly string _folder = Directory.CreateTempSubdirectory("gateway-redis-").FullName;
    private DistributedApplication? _app;

    public string Address { get; private set; } = "";

    public async ValueTask InitializeAsync()
    {
        using var patience = new CancellationTokenSource(Patience);
        var builder = DistributedApplication.CreateBuilder(new DistributedApplicationOptions { Args = ["--isolated=true"], ProjectDirectory = _folder, DisableDashboard = true });
        var redis = builder.AddRedis("redis");
        _app = builder.Build();
        await _app.StartAsync(patience.Token);
        await _app.ResourceNotifications.WaitForResourceHealthyAsync("redis", patience.Token);
        Address = await redis.Resource.ConnectionStringExpression.GetValueAsync(patience.Token) ?? "";
    }

    public async ValueTask DisposeAsync()
    {
        if (_app is not null)
        {
            await _app.DisposeAsync();
        }

        Directory.Delete(_folder, recursive: true);
    }
}
