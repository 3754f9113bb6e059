using Marketplace.Tests.Hosting.Servers;
using StackExchange.Redis;
using Xunit;

namespace Marketplace.Tests.Messaging;

/// <summary>A Redis (whichever the model would use on this machine).</summary>
public sealed class RedisServer : IAsyncLifetime
{
    private RunningServer? _server;

    public string Address => TestServers.Redis(_server!);

    public IConnectionMultiplexer Connection { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        _server = await TestServers.StartRedisAsync();
        Connection = await ConnectionMultiplexer.ConnectAsync(Address);
    }

    public async ValueTask DisposeAsync()
    {
        await Connection.DisposeAsync();
        await _server!.DisposeAsync();
    }
}
