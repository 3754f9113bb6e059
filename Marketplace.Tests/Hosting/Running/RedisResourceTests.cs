using StackExchange.Redis;
using Xunit;

namespace Marketplace.Tests.Hosting.Running;

/// <summary>A real server in the model: started, asked for its health with its password, replaced after a crash.</summary>
public sealed class RedisResourceTests
{
    [Fact]
    public async Task Redis_is_healthy_behind_its_password_and_again_after_a_crash()
    {
        await using var model = new RunningModel();
        var redis = model.Builder.AddRedis("redis");
        var client = model.AddScript("client", "echo $ConnectionStrings__redis > connection; sleep 1000").WithReference(redis).WaitFor(redis);
        await model.StartAsync();
        await model.HealthyAsync("client");

        var connectionString = await redis.Resource.ConnectionStringExpression.GetValueAsync(RunningModel.Cancel);
        Assert.Contains("password=", connectionString, StringComparison.Ordinal);
        await using (var connection = await ConnectionMultiplexer.ConnectAsync(connectionString!))
        {
            await connection.GetDatabase().PingAsync();
        }

        System.Diagnostics.Process.GetProcessById(model.ProcessId("redis")).Kill();
        await model.Notifications.WaitForResourceAsync("redis", change => change.Snapshot.Restarts == 1, RunningModel.Cancel);
        await model.HealthyAsync("redis");

        Assert.NotNull(model.Snapshot("redis").Property("Implementation"));
        Assert.True(model.Snapshot("client").EnvironmentVariables.Single(variable => variable.Name == "ConnectionStrings__redis").IsSecret);
        Assert.Equal(0, model.Snapshot("client").Restarts);
        Assert.Equal(client.Resource, model.Notifications.Find("client")!.Resource);
    }
}
