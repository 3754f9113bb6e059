using Marketplace.Contracts;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Marketplace.Tests.Amazon;

/// <summary>Amazon refuses this account's calls, or wants fewer of them.</summary>
public class RefusedCallTests
{
    [Fact]
    public async Task An_account_that_is_not_eligible_makes_no_calls_and_is_looked_at_again_every_hour()
    {
        await using var simulator = await AmazonServer.StartAsync();
        var time = new FakeTimeProvider();
        using var host = AmazonHost.Start(simulator, time);
        await simulator.FailAsync(new { path = "/catalog", status = 403, reason = "AssociateNotEligible", count = 2 });

        var first = await host.FailAsync();
        time.Advance(TimeSpan.FromMinutes(59));
        var paused = await host.FailAsync();

        Assert.Equal((ReplyErrorCodes.UpstreamUnavailable, TimeSpan.FromHours(1)), (first.Code, first.RetryAfter));
        Assert.Equal(TimeSpan.FromMinutes(1), paused.RetryAfter);
        Assert.Equal(1, await simulator.CallsToAsync("getItems"));
        Assert.Equal(HealthStatus.Degraded, await host.HealthAsync());
        Assert.Single(host.Log, line => line.StartsWith("Error: Amazon refuses this application's calls: 403 AssociateNotEligible: the account needs 10 qualified sales", StringComparison.Ordinal));

        time.Advance(TimeSpan.FromMinutes(1));
        await host.FailAsync();
        time.Advance(TimeSpan.FromHours(1));
        Assert.NotNull((await host.GetAsync("B000000001"))["B000000001"]);
        Assert.Equal(HealthStatus.Healthy, await host.HealthAsync());
        Assert.Equal(3, await simulator.CallsToAsync("getItems"));
    }

    [Theory]
    [InlineData(400, "InvalidAssociate", "set Amazon:Marketplace")]
    [InlineData(403, "AuthorizationFailed", "up to 48 hours")]
    [InlineData(401, "InvalidClient", "set Amazon:CredentialId")]
    [InlineData(403, "Other", "Your account does not meet")]
    public async Task A_reason_is_reported_to_operators_as_what_to_do(int status, string reason, string advice)
    {
        await using var simulator = await AmazonServer.StartAsync();
        using var host = AmazonHost.Start(simulator, new FakeTimeProvider());
        await simulator.FailAsync(new { path = "/catalog", status, reason, echoesCredentials = true });

        var failure = await host.FailAsync();
        await host.FailAsync();

        Assert.Equal((ReplyErrorCodes.UpstreamUnavailable, TimeSpan.FromSeconds(15)), (failure.Code, failure.RetryAfter));
        Assert.Single(host.Log, line => line.StartsWith($"Error: Amazon refuses this application's calls: {status} {reason}: ", StringComparison.Ordinal) && line.Contains(advice, StringComparison.Ordinal));
        Assert.Equal(1, await simulator.CallsToAsync("getItems"));
        Assert.DoesNotContain(host.Log.Append(failure.ToString()), line => line.Contains("Atc|", StringComparison.Ordinal) || line.Contains(AmazonServer.CredentialSecret, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_partner_tag_of_another_store_is_named()
    {
        await using var simulator = await AmazonServer.StartAsync();
        using var host = AmazonHost.Start(simulator, ("Amazon:PartnerTag", "somebody-else-20"));

        await host.FailAsync();

        Assert.Single(host.Log, line => line.Contains("InvalidPartnerTag: set Amazon:PartnerTag", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(60, null, 60)]
    [InlineData(null, 90, 90)]
    [InlineData(60, 90, 60)]
    public async Task A_wait_that_Amazon_asks_for_is_kept_by_all(int? inBody, int? inHeader, int seconds)
    {
        await using var simulator = await AmazonServer.StartAsync();
        var time = new FakeTimeProvider();
        using var host = AmazonHost.Start(simulator, time);
        await simulator.FailAsync(new { path = "/catalog", status = 429, retryAfterSeconds = inBody, retryAfter = inHeader, count = 1 });

        var refused = await host.FailAsync();
        time.Advance(TimeSpan.FromSeconds(seconds - 1));
        await host.FailAsync();

        Assert.Equal((ReplyErrorCodes.RateLimited, TimeSpan.FromSeconds(seconds)), (refused.Code, refused.RetryAfter));
        Assert.Equal(1, await simulator.CallsToAsync("getItems"));
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.NotNull((await host.GetAsync("B000000001"))["B000000001"]);
    }

    [Fact]
    public async Task Without_a_wait_asked_for_the_pauses_grow()
    {
        await using var simulator = await AmazonServer.StartAsync();
        var time = new FakeTimeProvider();
        using var host = AmazonHost.Start(simulator, time);
        await simulator.AllowAsync(new { perDay = 0 });

        double expected = 1;
        for (var attempt = 0; attempt < 12; attempt++, expected = Math.Min(2 * expected, 900))
        {
            var wait = (await host.FailAsync()).RetryAfter!.Value;
            Assert.InRange(wait.TotalSeconds, 0.75 * expected, 1.25 * expected);
            time.Advance(wait);
        }

        Assert.Equal(12, await simulator.CallsToAsync("getItems"));
        await simulator.AllowAsync(new { perDay = 1 });
        await host.GetAsync("B000000001");
        Assert.InRange((await host.FailAsync()).RetryAfter!.Value.TotalSeconds, 0.75, 1.25);
    }
}
