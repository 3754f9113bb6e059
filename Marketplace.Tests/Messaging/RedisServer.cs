using StackExchange.Redis;
using Xunit;

namespace Marketplace.Tests.Messaging;

/// <summary>A Redis (whichever the engine finds on this machine).</summary>
public sealed class RedisServer : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("messaging-tests-").FullName;
    private DistributedApplication? _app;

    public string Address { get; private set; } = "";

    public IConnectionMultiplexer Connection { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        var builder = DistributedApplication.CreateBuilder(new DistributedApplicationOptions { Args = ["--isolated"], ProjectDirectory = _folder, DisableDashboard = true });
        var redis = builder.AddRedis("redis");
        _app = builder.Build();
        await _app.StartAsync(TestContext.Current.CancellationToken);
        await _app.ResourceNotifications.WaitForResourceHealthyAsync("redis", TestContext.Current.CancellationToken);
        Address = await redis.Resource.ConnectionStringExpression.GetValueAsync(TestContext.Current.CancellationToken) ?? "";
        Connection = await ConnectionMultiplexer.ConnectAsync(Address);
    }

    public async ValueTask DisposeAsync()
    {
        await Connection.DisposeAsync();
        if (_app is not null)
        {
            await _app.DisposeAsync();
        }

        Directory.Delete(_folder, recursive: true);
    }
}
