using System.Net;
using System.Net.Http.Headers;
using Marketplace.Dashboard;
using Xunit;

namespace Marketplace.Tests.Dashboard;

/// <summary>Who gets in.</summary>
public sealed class AccessTests
{
    [Theory]
    [InlineData("")]
    [InlineData("app.js")]
    [InlineData("api/resources")]
    [InlineData("api/resources/stream")]
    [InlineData("api/resources/gateway/console")]
    [InlineData("api/traces")]
    [InlineData("api/traces/0123456789abcdef0123456789abcdef")]
    [InlineData("api/logs")]
    [InlineData("api/logs/stream")]
    [InlineData("api/metrics")]
    [InlineData("api/telemetry")]
    [InlineData("api/telemetry/export")]
    [InlineData("api/traces/map")]
    [InlineData("api/console")]
    [InlineData("api/console/stream")]
    [InlineData("api/kafka/kafka")]
    [InlineData("nothing-there")]
    public async Task Without_or_with_a_wrong_token_a_request_gets_401_and_nothing(string path)
    {
        await using var dashboard = await TestDashboard.StartAsync();
        using var stranger = new HttpClient { BaseAddress = dashboard.Server.Address };
        foreach (var token in new[] { null, "wrong", dashboard.Server.OtlpApiKey })
        {
            stranger.DefaultRequestHeaders.Authorization = token is null ? null : new AuthenticationHeaderValue("Bearer", token);
            using var answer = await stranger.GetAsync(path, dashboard.Cancellation);
            Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
            Assert.Empty(await answer.Content.ReadAsByteArrayAsync(dashboard.Cancellation));
        }
    }

    [Theory]
    [InlineData("POST", "api/resources/gateway/commands/resource-stop")]
    [InlineData("POST", "api/resources/gateway/environment/PASSWORD/reveal")]
    [InlineData("POST", "api/telemetry/import")]
    [InlineData("DELETE", "api/telemetry")]
    public async Task Without_or_with_a_wrong_token_nothing_is_changed_or_revealed(string method, string path)
    {
        await using var dashboard = await TestDashboard.StartAsync();
        dashboard.Model.Set(new DashboardResource { Name = "gateway", Type = "Project", Commands = [new("resource-stop", "Stop")], Environment = [new("PASSWORD", "correct-horse", IsSecret: true)] });
        await SampleTelemetry.SendQueryAsync(dashboard);
        using var stranger = new HttpClient { BaseAddress = dashboard.Server.Address };
        foreach (var authorization in new[] { null, "Bearer wrong", $"Bearer {dashboard.Server.OtlpApiKey}", $"Basic {dashboard.Server.Token}" })
        {
            using var request = new HttpRequestMessage(new HttpMethod(method), path) { Content = new StringContent("{}") };
            request.Headers.TryAddWithoutValidation("Authorization", authorization);
            request.Headers.Add("Cookie", $"dashboard-{dashboard.Server.Address.Port}=0123456789abcdef");
            using var answer = await stranger.SendAsync(request, dashboard.Cancellation);
            Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
            Assert.Empty(await answer.Content.ReadAsByteArrayAsync(dashboard.Cancellation));
        }

        Assert.Empty(dashboard.Model.Commands);
        Assert.Single(dashboard.Server.Telemetry.Traces.Search());
    }

    [Fact]
    public async Task The_printed_link_signs_a_browser_in_once()
    {
        await using var dashboard = await TestDashboard.StartAsync();
        var link = dashboard.Server.LoginAddress;
        using var browser = Browser(out var cookies);
        using (var first = await browser.GetAsync(link, dashboard.Cancellation))
        {
            Assert.Equal(HttpStatusCode.Redirect, first.StatusCode);
            Assert.Equal("/", first.Headers.Location!.ToString());
        }

        var cookie = Assert.Single(cookies.GetCookies(dashboard.Server.Address));
        Assert.True(cookie.HttpOnly);
        Assert.DoesNotContain(dashboard.Server.Token, cookie.Value, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync(new Uri(dashboard.Server.Address, "api/resources"), dashboard.Cancellation)).StatusCode);
        // The same browser may follow its link again; another may not.
        Assert.Equal(HttpStatusCode.Redirect, (await browser.GetAsync(link, dashboard.Cancellation)).StatusCode);
        using var other = Browser(out _);
        Assert.Equal(HttpStatusCode.Unauthorized, (await other.GetAsync(link, dashboard.Cancellation)).StatusCode);
        Assert.NotEqual(link, dashboard.Server.LoginAddress);
        Assert.Equal(HttpStatusCode.Redirect, (await other.GetAsync(dashboard.Server.LoginAddress, dashboard.Cancellation)).StatusCode);
    }

    [Fact]
    public async Task The_token_typed_into_the_sign_in_page_works_and_a_wrong_one_does_not()
    {
        await using var dashboard = await TestDashboard.StartAsync();
        using var browser = Browser(out _);
        using var wrong = await PostTokenAsync("0123456789abcdef");
        Assert.Equal(HttpStatusCode.Unauthorized, wrong.StatusCode);
        using var right = await PostTokenAsync(dashboard.Server.Token);
        Assert.Equal(HttpStatusCode.Redirect, right.StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync(new Uri(dashboard.Server.Address, "api/resources"), dashboard.Cancellation)).StatusCode);

        async Task<HttpResponseMessage> PostTokenAsync(string token)
        {
            using var form = new FormUrlEncodedContent([KeyValuePair.Create("token", token)]);
            return await browser.PostAsync(new Uri(dashboard.Server.Address, "login"), form, dashboard.Cancellation);
        }
    }

    [Fact]
    public async Task A_name_that_was_made_to_resolve_to_loopback_gets_nothing()
    {
        await using var dashboard = await TestDashboard.StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Get, "api/resources");
        request.Headers.Host = "rebound.example:18888";
        using var answer = await dashboard.Client.SendAsync(request, dashboard.Cancellation);
        Assert.Equal(HttpStatusCode.MisdirectedRequest, answer.StatusCode);
        Assert.Empty(await answer.Content.ReadAsByteArrayAsync(dashboard.Cancellation));
    }

    [Theory]
    [InlineData("http://localhost:3000", HttpStatusCode.Unauthorized)]
    [InlineData(null, HttpStatusCode.Unauthorized)]
    [InlineData("own", HttpStatusCode.OK)]
    public async Task A_page_on_another_local_port_cannot_use_the_cookie_to_change_anything(string? origin, HttpStatusCode expected)
    {
        await using var dashboard = await TestDashboard.StartAsync();
        dashboard.Model.Set(new DashboardResource { Name = "gateway", Type = "Project", Commands = [new("resource-stop", "Stop")] });
        using var browser = Browser(out _);
        await browser.GetAsync(dashboard.Server.LoginAddress, dashboard.Cancellation);
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(dashboard.Server.Address, "api/resources/gateway/commands/resource-stop"));
        if (origin is not null)
        {
            request.Headers.Add("Origin", origin == "own" ? dashboard.Server.Address.GetLeftPart(UriPartial.Authority) : origin);
        }

        using var answer = await browser.SendAsync(request, dashboard.Cancellation);
        Assert.Equal(expected, answer.StatusCode);
        Assert.Equal(expected == HttpStatusCode.OK ? 1 : 0, dashboard.Model.Commands.Count);
    }

    [Fact]
    public async Task A_browser_stays_signed_in_over_a_restart_with_the_same_token()
    {
        const string Token = "0123456789abcdef0123456789abcdef";
        using var browser = Browser(out var cookies);
        int port;
        await using (var first = await TestDashboard.StartAsync(options => options.Token = Token))
        {
            await browser.GetAsync(first.Server.LoginAddress, first.Cancellation);
            port = first.Server.Address.Port;
        }

        await using var second = await TestDashboard.StartAsync(options => (options.Token, options.Port) = (Token, port));
        Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync(new Uri(second.Server.Address, "api/resources"), second.Cancellation)).StatusCode);
    }

    [Fact]
    public async Task Options_out_of_range_are_all_named()
    {
        var error = await Assert.ThrowsAsync<ArgumentException>(() => DashboardServer.StartAsync(new DashboardOptions { Port = 70000, Token = "short", MaxOtlpRequestBytes = 1 }, null, TestContext.Current.CancellationToken));
        Assert.Contains("Port is 70000, allowed is 0 to 65535", error.Message, StringComparison.Ordinal);
        Assert.Contains("MaxOtlpRequestBytes is 1", error.Message, StringComparison.Ordinal);
        Assert.Contains("Token has 5 characters", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("short", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_taken_port_is_named()
    {
        await using var first = await TestDashboard.StartAsync();
        var port = first.Server.Address.Port;
        var error = await Assert.ThrowsAsync<IOException>(() => DashboardServer.StartAsync(new DashboardOptions { Port = port, OtlpGrpcPort = 0, OtlpHttpPort = 0 }, null, first.Cancellation));
        Assert.Contains(port.ToString(System.Globalization.CultureInfo.InvariantCulture), error.Message, StringComparison.Ordinal);
    }

    private static HttpClient Browser(out CookieContainer cookies)
    {
        cookies = new CookieContainer();
        return new HttpClient(new SocketsHttpHandler { CookieContainer = cookies, AllowAutoRedirect = false });
    }
}
