using Marketplace.Amazon;
using Marketplace.Amazon.OAuth;
using Marketplace.Contracts;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Marketplace.Tests.Amazon;

/// <summary>Tokens of both kinds of credentials.</summary>
public class CredentialTests
{
    [Theory]
    [InlineData("2", "www.amazon.com", "https://creatorsapi.auth.us-east-1.amazoncognito.com/oauth2/token", "2.1")]
    [InlineData("2", "www.amazon.de", "https://creatorsapi.auth.eu-south-2.amazoncognito.com/oauth2/token", "2.2")]
    [InlineData("2", "www.amazon.co.jp", "https://creatorsapi.auth.us-west-2.amazoncognito.com/oauth2/token", "2.3")]
    [InlineData("3", "www.amazon.com.br", "https://api.amazon.com/auth/o2/token", "3.1")]
    [InlineData("3", "www.amazon.co.uk", "https://api.amazon.co.uk/auth/o2/token", "3.2")]
    [InlineData("3", "www.amazon.com.au", "https://api.amazon.co.jp/auth/o2/token", "3.3")]
    [InlineData("3.1", "www.amazon.de", "https://api.amazon.com/auth/o2/token", "3.1")]
    public async Task Tokens_are_asked_for_where_the_version_and_the_region_say(string version, string marketplace, string address, string complete)
    {
        var options = new AmazonOptions { CredentialVersion = version, Marketplace = marketplace, CredentialId = "id", CredentialSecret = "s", PartnerTag = "t" };

        using var request = Credential.TokenRequest(options);

        Assert.Equal((new Uri(address), complete), (request.RequestUri, Credential.VersionOf(options)));
        var body = await request.Content!.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.Equal(
            version[0] == '2'
                ? ("application/x-www-form-urlencoded", "grant_type=client_credentials&client_id=id&client_secret=s&scope=creatorsapi%2Fdefault")
                : ("application/json", """{"grant_type":"client_credentials","client_id":"id","client_secret":"s","scope":"creatorsapi::default"}"""),
            (request.Content.Headers.ContentType!.MediaType, body));
    }

    [Theory]
    [InlineData("2", "/oauth2/token")]
    [InlineData("3", "/auth/o2/token")]
    public async Task Calls_are_signed_as_either_kind_wants_it(string version, string path)
    {
        await using var simulator = await AmazonServer.StartAsync();
        using var host = AmazonHost.Start(simulator, ("Amazon:CredentialVersion", version), ("Amazon:TokenUrl", new Uri(simulator.Address, path).ToString()));

        Assert.NotNull((await host.GetAsync("B000000001"))["B000000001"]);
    }

    [Fact]
    public async Task All_callers_share_one_token()
    {
        await using var simulator = await AmazonServer.StartAsync();
        using var host = AmazonHost.Start(simulator);

        await Task.WhenAll(Enumerable.Range(1, 20).Select(number => host.GetAsync($"B0000010{number:D2}")));

        Assert.Equal((1L, 20L), (await simulator.CallsToAsync("token"), await simulator.CallsToAsync("getItems")));
    }

    [Fact]
    public async Task A_token_that_Amazon_takes_back_is_replaced_once_for_all()
    {
        await using var simulator = await AmazonServer.StartAsync();
        var time = new FakeTimeProvider();
        using var host = AmazonHost.Start(simulator, time);
        await host.GetAsync("B000000001");
        await simulator.RevokeTokensAsync();
        time.Advance(TimeSpan.FromMinutes(1));

        await Task.WhenAll(Enumerable.Range(1, 20).Select(number => host.GetAsync($"B0000010{number:D2}")));

        Assert.Equal(2, await simulator.CallsToAsync("token"));
    }

    [Fact]
    public async Task A_refusal_that_is_not_about_the_token_takes_no_other()
    {
        await using var simulator = await AmazonServer.StartAsync();
        var time = new FakeTimeProvider();
        using var host = AmazonHost.Start(simulator, time);
        await host.GetAsync("B000000001");
        time.Advance(TimeSpan.FromMinutes(1));
        await simulator.FailAsync(new { path = "/catalog", status = 401, reason = "InvalidIssuer" });

        await host.FailAsync();

        Assert.Equal(1, await simulator.CallsToAsync("token"));
        Assert.Contains(host.Log, line => line.Contains("set Amazon:CredentialVersion", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Credentials_that_Amazon_refuses_show_in_health_and_are_reported_without_the_secret()
    {
        await using var simulator = await AmazonServer.StartAsync();
        var time = new FakeTimeProvider();
        using var host = AmazonHost.Start(simulator, time, ("Amazon:CredentialSecret", "not-the-right-one"));

        var failure = await host.FailAsync();
        await host.FailAsync();

        Assert.Equal((ReplyErrorCodes.UpstreamUnavailable, HealthStatus.Degraded), (failure.Code, await host.HealthAsync()));
        Assert.Equal(1, await simulator.CallsToAsync("token"));
        Assert.Single(host.Log, line => line.Contains("Check the credentials' id and secret", StringComparison.Ordinal));
        Assert.Contains("Amazon refuses this application: 401 invalid_client", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(host.Log.Append(failure.ToString()), line => line.Contains("not-the-right-one", StringComparison.Ordinal));
    }
}
