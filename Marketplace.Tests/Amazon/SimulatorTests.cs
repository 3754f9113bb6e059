using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Xunit;

namespace Marketplace.Tests.Amazon;

/// <summary>The simulator behaves as Amazon's service is documented and reported to.</summary>
public class SimulatorTests
{
    private const string Form = "/oauth2/token";
    private const string Json = "/auth/o2/token";
    private static readonly string[] One = ["B000000001"];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(Form, "creatorsapi/default", "form")]
    [InlineData(Form, "creatorsapi/default", "json")]
    [InlineData(Form, "creatorsapi/default", "basic")]
    [InlineData(Json, "creatorsapi::default", "form")]
    [InlineData(Json, "creatorsapi::default", "json")]
    [InlineData(Json, "creatorsapi::default", "basic")]
    public async Task Tokens_are_granted_to_every_way_of_asking(string path, string scope, string way)
    {
        await using var simulator = await AmazonServer.StartAsync();

        using var response = await AskAsync(simulator, path, scope, AmazonServer.CredentialSecret, way);
        var body = await response.Content.ReadFromJsonAsync<JsonElement>(Cancel);

        Assert.Equal((200, "bearer", 3600), ((int)response.StatusCode, body.GetProperty("token_type").GetString(), body.GetProperty("expires_in").GetInt32()));
        var token = body.GetProperty("access_token").GetString();
        Assert.Equal(200, (await CallAsync(simulator, path == Form ? $"Bearer {token}, Version 2.1" : $"Bearer {token}")).Status);
    }

    [Theory]
    [InlineData(Form, 400)]
    [InlineData(Json, 401)]
    public async Task A_wrong_secret_is_an_invalid_client(string path, int status)
    {
        await using var simulator = await AmazonServer.StartAsync();

        using var response = await AskAsync(simulator, path, "creatorsapi::default", "wrong", "json");

        Assert.Equal(status, (int)response.StatusCode);
        Assert.Equal("invalid_client", (await response.Content.ReadFromJsonAsync<JsonElement>(Cancel)).GetProperty("error").GetString());
    }

    [Theory]
    [InlineData(Form, "creatorsapi::default")]
    [InlineData(Json, "creatorsapi/default")]
    public async Task The_scope_is_that_of_the_credentials_kind(string path, string scope)
    {
        await using var simulator = await AmazonServer.StartAsync();

        using var response = await AskAsync(simulator, path, scope, AmazonServer.CredentialSecret, "json");

        Assert.Equal("invalid_scope", (await response.Content.ReadFromJsonAsync<JsonElement>(Cancel)).GetProperty("error").GetString());
    }

    [Fact]
    public async Task A_token_is_refused_when_it_expires_is_unknown_or_lacks_its_version()
    {
        await using var simulator = await AmazonServer.StartAsync();
        await simulator.GrantForAsync(0);
        var expired = await simulator.SignInAsync();
        Assert.Equal((401, "TokenExpired"), Reason(await CallAsync(simulator, $"Bearer {expired}")));
        await simulator.GrantForAsync(3600);
        using var response = await AskAsync(simulator, Form, "creatorsapi/default", AmazonServer.CredentialSecret, "form");
        var token = (await response.Content.ReadFromJsonAsync<JsonElement>(Cancel)).GetProperty("access_token").GetString();

        Assert.Equal((401, "InvalidToken"), Reason(await CallAsync(simulator, "Bearer nonsense")));
        Assert.Equal((401, "InvalidIssuer"), Reason(await CallAsync(simulator, $"Bearer {token}")));
        Assert.Equal((401, "InvalidIssuer"), Reason(await CallAsync(simulator, $"Bearer {token}, Version 3.1")));
    }

    [Fact]
    public async Task What_is_wrong_with_a_request_is_named()
    {
        await using var simulator = await AmazonServer.StartAsync();
        var bearer = $"Bearer {await simulator.SignInAsync()}";

        Assert.Equal((400, "x-marketplace"), Field(await CallAsync(simulator, bearer, One, site: null)));
        Assert.Equal((400, "x-marketplace"), Field(await CallAsync(simulator, bearer, One, site: "www.amazon.nowhere")));
        Assert.Equal((400, "itemIds"), Field(await CallAsync(simulator, bearer, [])));
        Assert.Equal((400, "itemIds"), Field(await CallAsync(simulator, bearer, [.. Enumerable.Range(10, 11).Select(number => $"B0000000{number}")])));
        Assert.Equal((400, "resources"), Field(await CallAsync(simulator, bearer, One, resource: "offersV2.listings.savingBasis")));
        Assert.Equal((400, "InvalidPartnerTag"), Reason(await CallAsync(simulator, bearer, One, tag: "other-20")));
        Assert.Equal((400, "partnerTag"), Field(await CallAsync(simulator, bearer, One, tag: "")));
        Assert.Equal((400, "keywords"), Field(await SearchAsync(simulator, bearer, " ", 10, 1)));
        Assert.Equal((400, "itemCount"), Field(await SearchAsync(simulator, bearer, "laptop", 11, 1)));
        Assert.Equal((400, "itemPage"), Field(await SearchAsync(simulator, bearer, "laptop", 10, 11)));
    }

    [Fact]
    public async Task Nothing_comes_that_was_not_asked_for()
    {
        await using var simulator = await AmazonServer.StartAsync();

        var (_, body) = await CallAsync(simulator, $"Bearer {await simulator.SignInAsync()}", One, resource: "itemInfo.title");

        var item = body.GetProperty("itemsResult").GetProperty("items")[0];
        Assert.Equal(["asin", "detailPageURL", "itemInfo"], item.EnumerateObject().Select(part => part.Name));
    }

    [Fact]
    public async Task A_bad_id_does_not_spoil_the_others_and_the_order_is_another()
    {
        await using var simulator = await AmazonServer.StartAsync();

        var (status, body) = await CallAsync(simulator, $"Bearer {await simulator.SignInAsync()}", ["B000000001", "B000000404", "B000000405", "bad", "B000000002"]);

        Assert.Equal(200, status);
        Assert.Equal(["B000000002", "B000000001"], body.GetProperty("itemsResult").GetProperty("items").EnumerateArray().Select(item => item.GetProperty("asin").GetString()));
        var errors = body.GetProperty("errors").EnumerateArray().Select(error => (error.GetProperty("code").GetString(), error.GetProperty("message").GetString()!)).ToList();
        Assert.Equal(["InvalidParameterValue", "ItemNotAccessible"], errors.Select(error => error.Item1));
        Assert.Contains("B000000404", errors[1].Item2, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1, null, 60)]
    [InlineData(null, 1, null)]
    public async Task Calls_beyond_the_allowance_are_throttled(int? perSecond, int? perDay, int? retryAfterSeconds)
    {
        await using var simulator = await AmazonServer.StartAsync();
        var bearer = $"Bearer {await simulator.SignInAsync()}";
        await simulator.AllowAsync(new { perSecond = perSecond / 1000.0, perDay, retryAfterSeconds });

        Assert.Equal(200, (await CallAsync(simulator, bearer)).Status);
        var (status, body) = await CallAsync(simulator, bearer);

        Assert.Equal((429, "ThrottleException"), (status, body.GetProperty("type").GetString()));
        Assert.Equal(retryAfterSeconds, body.TryGetProperty("retryAfterSeconds", out var seconds) ? seconds.GetInt32() : null);
    }

    private static async Task<HttpResponseMessage> AskAsync(AmazonServer simulator, string path, string scope, string secret, string way)
    {
        var grant = AmazonServer.Grant(scope, secret);
        if (way == "basic")
        {
            grant.Remove("client_id");
            grant.Remove("client_secret");
        }

        return await simulator.AskForTokenAsync(
            path,
            way == "json" ? JsonContent.Create(grant) : new FormUrlEncodedContent(grant),
            way == "basic" ? new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{AmazonServer.CredentialId}:{secret}"))) : null);
    }

    private static Task<(int Status, JsonElement Body)> CallAsync(
        AmazonServer simulator, string authorization, string[]? ids = null, string tag = AmazonServer.PartnerTag, string resource = "itemInfo.title", string? site = "www.amazon.com") =>
        simulator.CallAsync("getItems", new { itemIds = ids ?? One, partnerTag = tag, resources = new[] { resource } }, authorization, site);

    private static Task<(int Status, JsonElement Body)> SearchAsync(AmazonServer simulator, string authorization, string keywords, int count, int page) =>
        simulator.CallAsync("searchItems", new { keywords, partnerTag = AmazonServer.PartnerTag, itemCount = count, itemPage = page }, authorization);

    private static (int, string?) Reason((int Status, JsonElement Body) answer) => (answer.Status, answer.Body.GetProperty("reason").GetString());

    private static (int, string?) Field((int Status, JsonElement Body) answer) => (answer.Status, answer.Body.GetProperty("fieldList")[0].GetString());
}
