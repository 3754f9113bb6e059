using System.Globalization;
using Marketplace.Contracts;
using Marketplace.Ebay;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Marketplace.Tests.Ebay;

/// <summary>eBay's quota of the day is spent: 429, error 2001, no Retry-After.</summary>
public class QuotaTests
{
    private static readonly DateTimeOffset Now = new(2026, 8, 5, 20, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task Calls_rest_until_the_reset_that_getRateLimits_names()
    {
        await using var simulator = await SimulatorServer.StartAsync();
        var time = new FakeTimeProvider(Now);
        using var host = EbayHost.Start(simulator, time);
        await simulator.SetQuotaAsync(limit: 2, reset: Now.AddHours(5));
        await host.GetAsync("1001");
        await host.GetAsync("1002");

        var failures = await Task.WhenAll(Enumerable.Range(1003, 20).Select(id => host.FailAsync($"{id}")));
        var spent = await host.FailAsync("1099");

        Assert.All(failures.Append(spent), failure => Assert.Equal(ReplyErrorCodes.RateLimited, failure.Code));
        Assert.Equal(TimeSpan.FromHours(5), spent.RetryAfter);
        Assert.Equal(1, await simulator.CallsToAsync("rate_limit"));
        Assert.Equal(0, await simulator.CallsOfAsync("1099"));

        time.Advance(TimeSpan.FromHours(5));
        await simulator.SetQuotaAsync(limit: 2, reset: Now.AddHours(29));
        Assert.NotNull(await host.GetAsync("1099"));
    }

    // Until midnight in California: in summer and in winter.
    [Theory]
    [InlineData("2026-08-05T20:00Z", 11)]
    [InlineData("2026-12-05T20:00Z", 12)]
    public async Task Calls_rest_until_midnight_Pacific_when_eBay_does_not_say(string now, int hours)
    {
        await using var simulator = await SimulatorServer.StartAsync();
        using var host = EbayHost.Start(simulator, new FakeTimeProvider(DateTimeOffset.Parse(now, CultureInfo.InvariantCulture)));
        await simulator.SetQuotaAsync(limit: 0, reset: null); // 204: unknown

        var spent = await host.FailAsync("123");

        Assert.Equal((ReplyErrorCodes.RateLimited, TimeSpan.FromHours(hours)), (spent.Code, spent.RetryAfter));
        Assert.Equal(1, await simulator.CallsToAsync("rate_limit"));
        Assert.Single(host.Log, line => line.StartsWith("Warning: eBay's quota of calls is spent", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("stall")]
    [InlineData("endless")]
    [InlineData("null")]
    public async Task A_question_for_the_quota_that_fails_leaves_midnight(string body)
    {
        await using var simulator = await SimulatorServer.StartAsync();
        using var host = EbayHost.Start(simulator, TimeProvider.System); // the time-outs follow it
        var before = DateTimeOffset.UtcNow;
        await simulator.SetQuotaAsync(limit: 0, reset: before.AddMinutes(1));
        await simulator.FailAsync(new { path = "/developer", body });

        var failure = await host.FailAsync("123");

        var midnight = PacificTime.NextMidnight(before);
        Assert.InRange(failure.RetryAfter!.Value, midnight - DateTimeOffset.UtcNow, midnight - before);
    }

    [Fact]
    public async Task A_reset_that_cannot_be_is_not_believed()
    {
        await using var simulator = await SimulatorServer.StartAsync();
        using var host = EbayHost.Start(simulator, new FakeTimeProvider(Now));
        await simulator.SetQuotaAsync(limit: 0, reset: Now.AddYears(1));

        Assert.Equal(TimeSpan.FromHours(11), (await host.FailAsync("123")).RetryAfter);
    }

    [Fact]
    public async Task Figures_that_lag_are_asked_for_again_in_minutes()
    {
        await using var simulator = await SimulatorServer.StartAsync();
        using var host = EbayHost.Start(simulator, new FakeTimeProvider(Now));
        await simulator.SetQuotaAsync(limit: 1000, reset: Now.AddHours(5));
        await simulator.FailAsync(new { path = "/buy", status = 429 });

        Assert.Equal(TimeSpan.FromMinutes(5), (await host.FailAsync("123")).RetryAfter);
    }

    [Fact]
    public async Task A_shorter_rest_never_replaces_a_longer_one()
    {
        await using var simulator = await SimulatorServer.StartAsync();
        using var host = EbayHost.Start(simulator, new FakeTimeProvider(Now));
        await host.GetAsync("122");

        // The call whose answer asks for a long pause is answered first, the one that asks for 3 seconds last.
        await simulator.FailAsync(new { path = "/buy/browse/v1/item/v1|1|0", status = 429, retryAfter = 3, latencyMs = 1_000 });
        await simulator.FailAsync(new { path = "/buy", status = 429, retryAfter = 3_600 });
        var shorter = host.FailAsync("v1|1|0");
        var longer = host.FailAsync("123");
        await Task.WhenAll(shorter, longer);

        Assert.Equal(TimeSpan.FromHours(1), (await longer).RetryAfter);
        Assert.Equal(TimeSpan.FromHours(1), (await host.FailAsync("124")).RetryAfter);
    }

    [Fact]
    public async Task A_wait_longer_than_a_day_is_not_believed()
    {
        await using var simulator = await SimulatorServer.StartAsync();
        using var host = EbayHost.Start(simulator, new FakeTimeProvider(Now));
        await simulator.FailAsync(new { path = "/buy", status = 429, retryAfter = int.MaxValue });

        Assert.Equal(TimeSpan.FromHours(25), (await host.FailAsync("123")).RetryAfter);
    }
}
