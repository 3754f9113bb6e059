using Marketplace.Tests.Hosting.Servers;
using Xunit;

namespace Marketplace.Tests.Gateway.Security;

/// <summary>A Redis of its own, whichever the model would use on this machine.</summary>
public sealed class RedisServer : IAsyncLifetime
{
    private RunningServer? _server;

    public string Address => TestServers.Redis(_server!);

    public async ValueTask InitializeAsync() => _server = await TestServers.StartRedisAsync();

    public ValueTask DisposeAsync() => _server?.DisposeAsync() ?? ValueTask.CompletedTask;
}
