using Marketplace.Contracts;
using Marketplace.Hosting.Processes;
using Marketplace.Hosting.Servers;
using Marketplace.Hosting.Servers.Redis;
using Marketplace.Products.Budget;
using Marketplace.Tests.Hosting.Servers;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Marketplace.Tests.Products;

/// <summary>How often a command waits for Redis, with every server that the service may have.</summary>
[Collection(Pipeline.Name)]
public class RoundTripTests(PipelineServers servers)
{
    [Theory]
    [InlineData("redis-server")]
    [InlineData("garnet")]
    public async Task A_command_waits_for_Redis_once_when_it_is_kept_there_and_three_times_when_the_marketplace_is_asked(string name)
    {
        var program = Executable.Find(name);
        Assert.SkipWhen(program is null && name != "garnet", $"{name} is not installed.");
        INativeServer implementation = program is null ? new GarnetServer(ToolCache.DefaultFolder) : new InstalledRedisServer(program);
        await using var server = await RunningServer.StartAsync(implementation, context => context with { Password = TestServers.Password });
        await TestServers.AwaitRedisAsync(server);
        await using var proxy = new RedisProxy(server.Context.Port);
        var marketplace = new TestMarketplace(servers.TakeMarketplace());
        await using var service = await ProductProcess.StartAsync(servers, marketplace, ("ConnectionStrings:redis", $"{proxy.Address},password={TestServers.Password}"));
        await using var asker = await Asker.StartAsync(servers, marketplace.Name);
        marketplace.Answer = async (id, _) =>
        {
            await service.Services.GetRequiredService<CallBudget>().SpendAsync();
            return id.StartsWith("absent", StringComparison.Ordinal) ? null : $"Product {id}";
        };
        await AskAsync("first"); // loads the scripts and opens the day's count

        Assert.Equal((ReplyStatus.Found, ProductSource.External, 3), await AskAsync("cold"));
        Assert.Equal((ReplyStatus.Found, ProductSource.Cache, 1), await AskAsync("cold"));
        Assert.Equal((ReplyStatus.NotFound, ProductSource.External, 3), await AskAsync("absent"));
        Assert.Equal((ReplyStatus.NotFound, ProductSource.Cache, 1), await AskAsync("absent"));

        async Task<(ReplyStatus, ProductSource?, int)> AskAsync(string id)
        {
            var before = proxy.RoundTrips;
            var reply = await asker.AskAsync(id);
            return (reply.Status, reply.Source, proxy.RoundTrips - before);
        }
    }
}
