using Marketplace.Contracts;
using Marketplace.Tests.Products;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Marketplace.Tests.Ebay;

/// <summary>eBay refuses every call of the application, or grants it no token.</summary>
public class RefusedCallTests
{
    [Theory]
    [InlineData(401)]
    [InlineData(403)]
    public async Task A_refusal_that_stays_takes_neither_tokens_nor_calls(int status)
    {
        await using var simulator = await SimulatorServer.StartAsync();
        var time = new FakeTimeProvider();
        using var host = EbayHost.Start(simulator, time);
        await simulator.FailAsync(new { path = "/buy", status });

        var waits = new List<TimeSpan>();
        for (var end = time.GetUtcNow().AddDays(1); time.GetUtcNow() < end;)
        {
            waits.Add((await host.FailAsync("123")).RetryAfter!.Value);
            Assert.Equal(waits[^1], (await host.FailAsync("124")).RetryAfter);
            time.Advance(waits[^1]);
        }

        Assert.Equal(0, await simulator.CallsOfAsync("124"));
        Assert.InRange(await simulator.CallsToAsync("token"), 1, 150);
        Assert.InRange(await simulator.CallsToAsync("legacy"), 2, 300);
        Assert.Equal([15, 30, 60, 120, 240, 480, 900, 900], waits.Take(8).Select(wait => wait.TotalSeconds));
        Assert.Single(host.Log, line => line.StartsWith("Error: eBay refuses this application's calls", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_token_younger_than_a_minute_is_not_replaced()
    {
        await using var simulator = await SimulatorServer.StartAsync();
        var time = new FakeTimeProvider();
        using var host = EbayHost.Start(simulator, time);
        await simulator.FailAsync(new { path = "/buy", status = 401, count = 2 });

        var young = await host.FailAsync("123");
        Assert.Equal(1, await simulator.CallsToAsync("token"));

        time.Advance(TimeSpan.FromMinutes(1));
        Assert.NotNull(await host.GetAsync("123"));
        Assert.Equal((ReplyErrorCodes.UpstreamUnavailable, TimeSpan.FromSeconds(15)), (young.Code, young.RetryAfter));
        Assert.Equal(2, await simulator.CallsToAsync("token"));
    }

    [Fact]
    public async Task After_an_answer_the_pauses_are_short_again_and_the_reason_is_logged_again()
    {
        await using var simulator = await SimulatorServer.StartAsync();
        var time = new FakeTimeProvider();
        using var host = EbayHost.Start(simulator, time);
        await simulator.FailAsync(new { path = "/buy", status = 403, count = 2 });
        await host.FailAsync("123");
        time.Advance(TimeSpan.FromMinutes(1));
        var second = await host.FailAsync("123");
        time.Advance(TimeSpan.FromMinutes(1));
        await host.GetAsync("123");
        await simulator.FailAsync(new { path = "/buy", status = 403 });

        Assert.Equal(TimeSpan.FromSeconds(30), second.RetryAfter);
        Assert.Equal(TimeSpan.FromSeconds(15), (await host.FailAsync("124")).RetryAfter);
        Assert.Equal(2, host.Log.Count(line => line.StartsWith("Error: eBay refuses this application's calls: 403 1100 Access denied", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_reason_that_repeats_the_token_is_logged_without_it()
    {
        await using var simulator = await SimulatorServer.StartAsync();
        using var host = EbayHost.Start(simulator, TimeProvider.System);
        await simulator.FailAsync(new { path = "/buy", status = 403, echoesCredentials = true });

        var failure = await host.FailAsync("123");

        Assert.Single(host.Log, line => line.StartsWith("Error: eBay refuses this application's calls: 403 1100 Access denied Bearer …", StringComparison.Ordinal));
        Assert.DoesNotContain(host.Log.Append(failure.ToString()), line => line.Contains("v^1.1", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Credentials_that_stay_refused_are_tried_ever_less_often_and_the_reason_is_logged_once()
    {
        await using var simulator = await SimulatorServer.StartAsync();
        var time = new FakeTimeProvider();
        using var host = EbayHost.Start(simulator, time, ("Ebay:ClientSecret", "not-the-right-one"));

        var waits = new List<double>();
        for (var attempt = 0; attempt < 13; attempt++)
        {
            waits.Add((await host.FailAsync("123")).RetryAfter!.Value.TotalSeconds);
            var paused = await host.FailAsync("124");
            Assert.Equal(waits[^1], paused.RetryAfter!.Value.TotalSeconds);
            time.Advance(paused.RetryAfter.Value);
        }

        Assert.Equal([1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900, 900], waits);
        Assert.Equal(13, await simulator.CallsToAsync("token"));
        Assert.Equal(0, await simulator.CallsToAsync("legacy"));
        Assert.Single(host.Log, line => line.StartsWith("Error: There is no access token: eBay refuses this application: 401 invalid_client. client authentication failed", StringComparison.Ordinal));
        Assert.DoesNotContain(host.Log, line => line.Contains("not-the-right-one", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_token_that_cannot_be_renewed_serves_to_its_end()
    {
        await using var simulator = await SimulatorServer.StartAsync();
        var time = new FakeTimeProvider();
        using var host = EbayHost.Start(simulator, time);
        await host.GetAsync("1000");
        await simulator.FailAsync(new { path = "/identity", status = 400 });
        time.Advance(TimeSpan.FromMinutes(116));

        for (var number = 1001; number < 1021; number++)
        {
            Assert.NotNull(await host.GetAsync($"{number}"));
        }

        await Wait.UntilAsync(() => host.Log.Any(line => line.StartsWith("Error: There is no access token", StringComparison.Ordinal)), "the renewal has failed");
        Assert.InRange(await simulator.CallsToAsync("token"), 2, 2);
    }
}
