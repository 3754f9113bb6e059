using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.RegularExpressions;
using Marketplace.Tests.Gateway.Security;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.JsonWebTokens;
using Xunit;

namespace Marketplace.Tests.Storefront.SignIn;

/// <summary>What the storefront's host does for those who sign in, with a provider over HTTP, and with a key in development.</summary>
public sealed partial class SignInTests(RedisServer redis) : IClassFixture<RedisServer>
{
    private static readonly (string, string)[] App = [("index.html", "<!doctype html><head><title>app</title></head>"), ("index.html.br", "without a mark")];

    private static readonly (string, string) DevelopmentKey = ("Storefront:SignIn:DevelopmentKey", Convert.ToBase64String(new byte[32]));

    private static readonly (string, string)[] Good = [("Storefront:SignIn:Authority", "https://provider.example"), ("Storefront:SignIn:ClientId", "shop")];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Nobody_signs_in_unless_it_is_configured()
    {
        await using var storefront = await StorefrontServer.StartAsync(App);

        using var answer = await storefront.GetAsync("/sign-in");

        Assert.Equal(App[0].Item2, await answer.Content.ReadAsStringAsync(Cancel));
    }

    [Fact]
    public async Task Who_has_signed_in_asks_the_gateway_with_a_token_that_stays_in_a_cookie_of_the_host()
    {
        await using var provider = await OpenIdProvider.StartAsync();
        await using var storefront = await StorefrontServer.StartAsync(App, provider.HostSettings);
        Assert.Null(await NameAsync(storefront));
        Assert.Equal(("", ""), await AskAsync(storefront));

        using var back = await SignInAsync(storefront, "/search?q=a");

        Assert.Equal("/search?q=a", back.RequestMessage!.RequestUri!.PathAndQuery);
        Assert.Equal("Ada Lovelace", await NameAsync(storefront));
        var (authorization, cookie) = await AskAsync(storefront);
        Assert.Equal("ada", new JsonWebToken(authorization["Bearer ".Length..]).Subject);
        Assert.Equal("", cookie);
        Assert.All(storefront.Cookies.GetCookies(storefront.Address), sent => Assert.True(sent.HttpOnly, sent.Name));
        Assert.DoesNotContain(storefront.Cookies.GetCookies(storefront.Address), sent => sent.Value.Contains(authorization[^20..], StringComparison.Ordinal));

        using var signedOut = await PostAsync(storefront, "/sign-out");
        Assert.Null(await NameAsync(storefront));
        Assert.Equal(("", ""), await AskAsync(storefront));
    }

    [Fact]
    public async Task Who_signs_out_does_so_at_the_provider_too_and_comes_back()
    {
        await using var provider = await OpenIdProvider.StartAsync();
        await using var storefront = await StorefrontServer.StartAsync(App, provider.HostSettings);
        using var _ = await SignInAsync(storefront, "/");

        using var signedOut = await PostAsync(storefront, "/sign-out");
        Assert.Null(await NameAsync(storefront));
        var to = (await signedOut.Content.ReadFromJsonAsync<JsonElement>(Cancel)).GetProperty("to").GetString();
        using var back = await storefront.Http.GetAsync(to, Cancel);

        Assert.Equal(["ada"], provider.Ended);
        Assert.Equal(new Uri(storefront.Address, "/"), back.RequestMessage!.RequestUri);
        using var again = await PostAsync(storefront, "/sign-out");
        Assert.Equal(HttpStatusCode.NoContent, again.StatusCode);
    }

    [Fact]
    public async Task Where_the_provider_ends_no_sessions_the_shops_own_ends()
    {
        await using var provider = await OpenIdProvider.StartAsync();
        provider.EndsSessions = false;
        await using var storefront = await StorefrontServer.StartAsync(App, provider.HostSettings);
        using var _ = await SignInAsync(storefront, "/");

        using var signedOut = await PostAsync(storefront, "/sign-out");

        Assert.Equal(HttpStatusCode.NoContent, signedOut.StatusCode);
        Assert.Null(await NameAsync(storefront));
        Assert.Equal(("", ""), await AskAsync(storefront));
    }

    [Theory]
    [InlineData("Sec-Fetch-Site", "cross-site")]
    [InlineData("Sec-Fetch-Site", "same-site")]
    [InlineData("Origin", "https://other.example")]
    [InlineData("X-Nothing", "")]
    public async Task What_another_site_sends_with_the_cookie_is_refused(string header, string value)
    {
        await using var storefront = await StorefrontServer.StartAsync(App, DevelopmentKey);
        using var _ = await storefront.GetAsync("/sign-in?to=/");

        using var asked = await PostAsync(storefront, "/graphql", (header, value));
        using var signedOut = await PostAsync(storefront, "/sign-out", (header, value));

        Assert.Equal((HttpStatusCode.Forbidden, HttpStatusCode.Forbidden), (asked.StatusCode, signedOut.StatusCode));
        Assert.Equal("developer", await NameAsync(storefront));
    }

    [Fact]
    public async Task A_token_that_expires_is_renewed_once_for_all_who_ask()
    {
        await using var provider = await OpenIdProvider.StartAsync();
        provider.Lifetime = TimeSpan.FromSeconds(30); // less than the minute before its end at which it is renewed
        await using var storefront = await StorefrontServer.StartAsync(App, provider.HostSettings);
        using var _ = await SignInAsync(storefront, "/");
        var before = provider.Renewals;
        provider.Lifetime = TimeSpan.FromMinutes(10);

        var answers = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => AskAsync(storefront)));
        var later = await AskAsync(storefront);

        Assert.Single(answers.Append(later).Distinct());
        Assert.InRange(new JsonWebToken(later.Authorization["Bearer ".Length..]).ValidTo, DateTime.UtcNow.AddMinutes(5), DateTime.UtcNow.AddMinutes(11));
        Assert.Equal(before + 1, provider.Renewals);
    }

    [Fact]
    public async Task A_provider_that_is_away_ends_no_session_and_one_that_refuses_does()
    {
        await using var provider = await OpenIdProvider.StartAsync();
        provider.Lifetime = TimeSpan.FromSeconds(30);
        await using var storefront = await StorefrontServer.StartAsync(App, provider.HostSettings);
        using var first = await SignInAsync(storefront, "/");
        var cookies = storefront.Cookies.GetCookieHeader(storefront.Address);

        provider.IsDown = true;
        Assert.StartsWith("Bearer ", (await AskAsync(storefront)).Authorization, StringComparison.Ordinal);
        provider.IsDown = false;
        await AskAsync(storefront); // takes the refresh token

        // As after a restart of the host, which does not remember what it was given for it.
        await using var other = await StorefrontServer.StartAsync(App, provider.HostSettings);
        Assert.Null(await NameAsync(other, cookies));
    }

    [Fact]
    public async Task A_session_is_known_to_every_instance_and_after_a_restart()
    {
        await using var provider = await OpenIdProvider.StartAsync();
        (string, string)[] settings = [.. provider.HostSettings, ("ConnectionStrings:redis", redis.Address)];
        string cookies;
        await using (var first = await StorefrontServer.StartAsync(App, settings))
        await using (var second = await StorefrontServer.StartAsync(App, settings))
        {
            using var _ = await SignInAsync(first, "/");
            cookies = first.Cookies.GetCookieHeader(first.Address);
            Assert.Equal("Ada Lovelace", await NameAsync(second, cookies));
        }

        await using var restarted = await StorefrontServer.StartAsync(App, settings);
        Assert.Equal("Ada Lovelace", await NameAsync(restarted, cookies));
    }

    [Fact]
    public async Task A_sign_in_cancelled_at_the_provider_is_shown_and_signs_nobody_in()
    {
        await using var provider = await OpenIdProvider.StartAsync();
        await using var storefront = await StorefrontServer.StartAsync(App, provider.HostSettings);

        using var back = await SignInAsync(storefront, "/", agreed: false);

        Assert.Equal("/?sign-in=failed", back.RequestMessage!.RequestUri!.PathAndQuery);
        Assert.Null(await NameAsync(storefront));
    }

    [Fact]
    public async Task A_provider_that_cannot_be_reached_is_said()
    {
        await using var storefront = await StorefrontServer.StartAsync(App, ("Storefront:SignIn:Authority", "http://127.0.0.1:1"), ("Storefront:SignIn:RequireHttpsMetadata", "false"), ("Storefront:SignIn:ClientId", "shop"));

        using var back = await storefront.GetAsync("/sign-in?to=/");

        Assert.Equal("/?sign-in=failed", back.RequestMessage!.RequestUri!.PathAndQuery);
    }

    [Theory]
    [InlineData("//evil.example")]
    [InlineData("/\\evil.example")]
    [InlineData("https://evil.example")]
    public async Task Nobody_is_sent_to_another_site_afterwards(string to)
    {
        await using var storefront = await StorefrontServer.StartAsync(App, DevelopmentKey);

        using var back = await storefront.GetAsync($"/sign-in?to={Uri.EscapeDataString(to)}");

        Assert.Equal(new Uri(storefront.Address, "/"), back.RequestMessage!.RequestUri);
    }

    [Theory]
    [InlineData("br")]
    [InlineData("gzip")]
    [InlineData("")]
    public async Task The_page_says_how_one_signs_in(string encoding)
    {
        await using var storefront = await StorefrontServer.StartAsync(App, DevelopmentKey);

        using var answer = await storefront.GetAsync("/", encoding);

        await using var content = await answer.Content.ReadAsStreamAsync(Cancel);
        await using Stream plain = encoding switch { "br" => new System.IO.Compression.BrotliStream(content, System.IO.Compression.CompressionMode.Decompress), "gzip" => new System.IO.Compression.GZipStream(content, System.IO.Compression.CompressionMode.Decompress), _ => content };
        using var reader = new StreamReader(plain);
        Assert.Contains("<meta name=\"sign-in\" content=\"development\"></head>", await reader.ReadToEndAsync(Cancel), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Storefront:SignIn:Authority", "http://provider.example", "https")]
    [InlineData("Storefront:SignIn:ClientId", "", "ClientId")]
    [InlineData("Storefront:SignIn:Origin", "https://shop.example/path", "Origin")]
    [InlineData("Storefront:SignIn:DevelopmentKey", "AAAA", "DevelopmentKey")]
    public async Task A_setting_that_is_wrong_is_named_at_the_start(string setting, string value, string named)
    {
        var exception = await Assert.ThrowsAsync<OptionsValidationException>(() => StorefrontServer.StartAsync(App,
            [.. Good.Where(good => good.Item1 != setting), (setting, value)]));

        Assert.Contains(named, exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_development_key_is_refused_elsewhere()
    {
        var exception = await Assert.ThrowsAsync<OptionsValidationException>(() => StorefrontServer.StartAsync(App, DevelopmentKey, ("environment", "Production")));

        Assert.Contains("in development only", exception.Message, StringComparison.Ordinal);
    }

    /// <summary>Goes to the provider and follows one of its links.</summary>
    private static async Task<HttpResponseMessage> SignInAsync(StorefrontServer storefront, string to, bool agreed = true)
    {
        using var asked = await storefront.GetAsync($"/sign-in?to={Uri.EscapeDataString(to)}");
        var page = await asked.Content.ReadAsStringAsync(Cancel);
        var link = Links().Matches(page).Select(match => WebUtility.HtmlDecode(match.Groups[1].Value)).Single(link => link.EndsWith(agreed ? "true" : "false", StringComparison.Ordinal));
        return await storefront.Http.GetAsync(new Uri(asked.RequestMessage!.RequestUri!, link), Cancel);
    }

    private static async Task<string?> NameAsync(StorefrontServer storefront) =>
        (await storefront.Http.GetFromJsonAsync<JsonElement>("/session", Cancel)).GetProperty("name").GetString();

    private static async Task<string?> NameAsync(StorefrontServer storefront, string cookies)
    {
        using var client = new HttpClient(new HttpClientHandler { UseCookies = false });
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(storefront.Address, "/session")) { Headers = { { "Cookie", cookies } } };
        using var answer = await client.SendAsync(request, Cancel);
        return (await answer.Content.ReadFromJsonAsync<JsonElement>(Cancel)).GetProperty("name").GetString();
    }

    /// <summary>What the gateway is asked with, when the shop's own page asks.</summary>
    private static async Task<(string Authorization, string Cookie)> AskAsync(StorefrontServer storefront)
    {
        using var answer = await PostAsync(storefront, "/graphql");
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return (Header("Asked-With"), Header("Asked-Cookie"));

        string Header(string name) => answer.Headers.TryGetValues(name, out var values) ? string.Join(' ', values) : "";
    }

    private static Task<HttpResponseMessage> PostAsync(StorefrontServer storefront, string path) => PostAsync(storefront, path, ("Sec-Fetch-Site", "same-origin"));

    private static async Task<HttpResponseMessage> PostAsync(StorefrontServer storefront, string path, (string Name, string Value) header)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new StringContent("{}"), Headers = { { header.Name, header.Value } } };
        return await storefront.Http.SendAsync(request, Cancel);
    }

    [GeneratedRegex("href=\"(.*?)\"")]
    private static partial Regex Links();
}
