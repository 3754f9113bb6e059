using System.Net;
using Marketplace.Gateway.Security;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Marketplace.Tests.Gateway.Security;

/// <summary>Clients that go on although they are refused get their refusals late.</summary>
public sealed class RefusalDelayTests
{
    private readonly FakeTimeProvider _time = new(DateTimeOffset.UtcNow);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("requests")]
    [InlineData("tokens")]
    [InlineData("cold reads")]
    [InlineData("new queries")]
    public async Task After_ten_refusals_in_a_minute_each_comes_a_second_late(string kind)
    {
        await using var gateway = await GatewayServer.StartAsync(settings:
        [
            ("Gateway:RateLimit:PerSecond", "1"), ("Gateway:RateLimit:Burst", "1"), ("Gateway:RateLimit:RejectedTokensPerMinute", "1"),
            ("Gateway:RateLimit:ColdReadsPerMinute", "1"), ("Gateway:RateLimit:NewQueriesPerMinute", "1"),
        ]);
        var limits = ActivatorUtilities.CreateInstance<ClientLimits>(gateway.Services, ActivatorUtilities.CreateInstance<SharedTokenBuckets>(gateway.Services, _time), _time);
        Assert.Null(await TakeAsync("203.0.113.1"));

        for (var refusal = 0; refusal < RefusalDelay.AtOnce; refusal++)
        {
            Assert.NotNull(await TakeAsync("203.0.113.1"));
        }

        var late = TakeAsync("203.0.113.1");
        Assert.Null(await TakeAsync("203.0.113.2"));
        Assert.NotNull(await TakeAsync("203.0.113.2"));
        Assert.False(late.IsCompleted);
        _time.Advance(RefusalDelay.Delay);
        Assert.NotNull(await late);

        _time.Advance(TimeSpan.FromSeconds(61));
        Assert.Null(await TakeAsync("203.0.113.1"));
        Assert.NotNull(await TakeAsync("203.0.113.1"));

        async Task<TimeSpan?> TakeAsync(string address)
        {
            var caller = new Caller(null, null, IPAddress.Parse(address));
            if (kind != "tokens")
            {
                return await (kind switch
                {
                    "requests" => limits.TakeAsync(caller, 1, Cancel),
                    "cold reads" => limits.TakeColdReadAsync(caller, Cancel),
                    _ => limits.TakeNewQueryAsync(caller, Cancel),
                });
            }

            // What a token that is not accepted does.
            var wait = await limits.WaitAfterRejectedTokensAsync(caller.Address, Cancel);
            if (wait is null)
            {
                await limits.CountRejectedTokenAsync(caller.Address);
                await limits.CountRejectedTokenAsync(caller.Address);
            }

            return wait;
        }
    }

    [Fact]
    public async Task Who_leaves_is_not_waited_for()
    {
        var delay = new RefusalDelay(_time);
        for (var refusal = 0; refusal < RefusalDelay.AtOnce; refusal++)
        {
            await delay.WaitAsync("client", Cancel);
        }

        using var leaving = new CancellationTokenSource();
        var wait = delay.WaitAsync("client", leaving.Token).AsTask();
        Assert.False(wait.IsCompleted);
        await leaving.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => wait);
    }
}
