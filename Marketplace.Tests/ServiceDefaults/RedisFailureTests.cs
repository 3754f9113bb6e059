using Marketplace.Tests.Messaging;
using Microsoft.Extensions.Hosting;
using StackExchange.Redis;
using Xunit;

namespace Marketplace.Tests.ServiceDefaults;

/// <summary>What those who can do without Redis say of why they do.</summary>
public sealed class RedisFailureTests(RedisServer redis) : IClassFixture<RedisServer>
{
    [Fact]
    public async Task A_server_that_answers_says_what_is_wrong()
    {
        var thrown = await Assert.ThrowsAsync<RedisServerException>(() => redis.Connection.GetDatabase().ExecuteAsync("NO-SUCH-COMMAND"));

        Assert.Contains("unknown command", RedisFailure.CauseOf(thrown), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_lost_one_is_named_in_a_word()
    {
        var connection = await ConnectionMultiplexer.ConnectAsync(redis.Address);
        await connection.DisposeAsync();
        var thrown = await Assert.ThrowsAnyAsync<Exception>(() => connection.GetDatabase().PingAsync());

        Assert.Equal(thrown.GetType().Name, RedisFailure.CauseOf(thrown));
    }

    [Fact]
    public void Other_failures_are_not_its() =>
        Assert.Null(RedisFailure.CauseOf(new InvalidOperationException()));
}
