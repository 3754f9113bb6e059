using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using CsCheck;
using Marketplace.EbaySimulator.Catalog;
using Marketplace.EbaySimulator.Samples;
using Xunit;

namespace Marketplace.Tests.Ebay;

/// <summary>The simulator answers as eBay's documentation says, and always the same.</summary>
public class SimulatorTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_item_has_the_shape_of_the_Browse_API()
    {
        await using var simulator = await SimulatorServer.StartAsync();
        using var ebay = await simulator.SignInAsync();

        var item = await ebay.GetFromJsonAsync<JsonElement>("/buy/browse/v1/item/v1%7C110551234567%7C0", Cancel);

        Assert.Equal("v1|110551234567|0", item.GetProperty("itemId").GetString());
        Assert.Equal("110551234567", item.GetProperty("legacyItemId").GetString());
        Assert.NotEmpty(item.GetProperty("title").GetString()!);
        Assert.Equal("USD", item.GetProperty("price").GetProperty("currency").GetString());
        Assert.True(decimal.Parse(item.GetProperty("price").GetProperty("value").GetString()!, CultureInfo.InvariantCulture) > 0);
        Assert.Contains('|', item.GetProperty("categoryPath").GetString()!);
        Assert.StartsWith("http", item.GetProperty("image").GetProperty("imageUrl").GetString(), StringComparison.Ordinal);
        Assert.InRange(decimal.Parse(item.GetProperty("seller").GetProperty("feedbackPercentage").GetString()!, CultureInfo.InvariantCulture), 0, 100);
        Assert.Contains(item.GetProperty("estimatedAvailabilities")[0].GetProperty("estimatedAvailabilityStatus").GetString(), (string[])["IN_STOCK", "LIMITED_STOCK", "OUT_OF_STOCK"]);
    }

    [Fact]
    public async Task A_legacy_id_and_an_item_id_name_the_same_listing()
    {
        await using var simulator = await SimulatorServer.StartAsync();
        using var ebay = await simulator.SignInAsync();

        var byLegacyId = await ebay.GetStringAsync("/buy/browse/v1/item/get_item_by_legacy_id?legacy_item_id=123", Cancel);
        var byItemId = await ebay.GetStringAsync("/buy/browse/v1/item/v1%7C123%7C0", Cancel);

        Assert.Equal(byLegacyId, byItemId);
    }

    [Fact]
    public async Task A_changed_price_is_that_of_the_item_and_of_a_search_until_it_is_forgotten()
    {
        const string Path = "/buy/browse/v1/item/get_item_by_legacy_id?legacy_item_id=110551230007";
        await using var simulator = await SimulatorServer.StartAsync();
        using var ebay = await simulator.SignInAsync();
        var before = await ebay.GetStringAsync(Path, Cancel);

        using var changed = await simulator.Http.PutAsJsonAsync("/admin/prices/110551230007", new { amount = 1234.5 }, Cancel);
        var after = await ebay.GetFromJsonAsync<JsonElement>(Path, Cancel);
        using var forgotten = await simulator.Http.DeleteAsync("/admin/prices", Cancel);

        Assert.Equal(HttpStatusCode.NoContent, changed.StatusCode);
        Assert.Equal("1234.50", after.GetProperty("price").GetProperty("value").GetString());
        Assert.Equal(before, await ebay.GetStringAsync(Path, Cancel));
    }

    [Theory]
    [InlineData("none", "5", "id: 'none' is no number of a listing")]
    [InlineData("110551230007", "0", "amount must be more than 0")]
    [InlineData("110551230007", "1000000.01", "amount must be more than 0 and at most 1000000")]
    public async Task A_price_that_cannot_be_is_refused(string id, string amount, string message)
    {
        await using var simulator = await SimulatorServer.StartAsync();

        using var refused = await simulator.Http.PutAsJsonAsync($"/admin/prices/{id}", new { amount = decimal.Parse(amount, CultureInfo.InvariantCulture) }, Cancel);

        Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
        Assert.Contains(message, await refused.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
    }

    [Fact]
    public void Every_sample_names_its_source()
    {
        var simulator = typeof(ItemId).Assembly;
        var samples = simulator.GetManifestResourceNames().Where(name => name.StartsWith("Samples.", StringComparison.Ordinal)).ToList();

        Assert.Equal(14, samples.Count);
        Assert.All(samples, name =>
        {
            using var sample = JsonDocument.Parse(simulator.GetManifestResourceStream(name)!);
            Assert.Matches("developer.ebay.com|buy_browse_v1_oas3.json", sample.RootElement.GetProperty("source").GetString());
        });
    }

    [Fact]
    public void Twelve_in_a_thousand_ids_have_a_sample_and_the_first_one_in_the_README_has_none()
    {
        Assert.Equal(12, Enumerable.Range(5_000, 1_000).Count(legacy => SampleAnswers.Has(legacy)));
        Assert.False(SampleAnswers.Has(123));
    }

    [Fact]
    public void Answers_follow_from_the_id_alone() =>
        Gen.Long[1, 999_999_999_999].Sample(legacy =>
        {
            var site = EbayMarketplace.Find("EBAY_US")!;
            var id = new ItemId(legacy, 0);
            var item = Listings.Item(id, site, "");
            var again = Listings.Item(id, site, "");
            Assert.Equal(JsonSerializer.Serialize(item), JsonSerializer.Serialize(again));
            Assert.StartsWith(item.Brand!, item.Title, StringComparison.Ordinal);
        });

    [Fact]
    public void Thousands_of_listings_differ()
    {
        var titles = Enumerable.Range(0, 5_000).Select(number => Listings.Title(new ItemId(SearchIndex.First + number, 0))).ToHashSet();

        Assert.True(titles.Count > 3_000, $"only {titles.Count} of 5,000 titles differ");
    }

    [Theory]
    [InlineData("v1|1404|0", HttpStatusCode.NotFound, 11001)]
    [InlineData("v1|123|7", HttpStatusCode.NotFound, 11001)]
    [InlineData("123", HttpStatusCode.NotFound, 11001)]
    [InlineData("nonsense", HttpStatusCode.NotFound, 11001)]
    public async Task An_unknown_item_is_eBays_404(string id, HttpStatusCode status, int errorId)
    {
        await using var simulator = await SimulatorServer.StartAsync();
        using var ebay = await simulator.SignInAsync();

        using var response = await ebay.GetAsync($"/buy/browse/v1/item/{Uri.EscapeDataString(id)}", Cancel);

        await AssertErrorAsync(response, status, errorId);
    }

    [Theory]
    [InlineData("", HttpStatusCode.BadRequest, 1002)]
    [InlineData("Bearer invented", HttpStatusCode.Unauthorized, 1001)]
    [InlineData("Basic YTpi", HttpStatusCode.BadRequest, 1003)]
    public async Task A_call_without_a_token_is_refused_as_eBay_does(string authorization, HttpStatusCode status, int errorId)
    {
        await using var simulator = await SimulatorServer.StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/buy/browse/v1/item/v1%7C123%7C0");
        request.Headers.TryAddWithoutValidation("Authorization", authorization);

        using var response = await simulator.Http.SendAsync(request, Cancel);

        await AssertErrorAsync(response, status, errorId);
    }

    [Fact]
    public async Task An_unknown_site_is_refused()
    {
        await using var simulator = await SimulatorServer.StartAsync();
        using var ebay = await simulator.SignInAsync();
        ebay.DefaultRequestHeaders.Add("X-EBAY-C-MARKETPLACE-ID", "EBAY_ATLANTIS");

        using var response = await ebay.GetAsync("/buy/browse/v1/item/v1%7C123%7C0", Cancel);

        await AssertErrorAsync(response, HttpStatusCode.Conflict, 11011);
    }

    [Theory]
    [InlineData("someone-else", SimulatorServer.ClientSecret, "client_credentials", "https://api.ebay.com/oauth/api_scope", HttpStatusCode.Unauthorized, "invalid_client")]
    [InlineData(SimulatorServer.ClientId, "wrong", "client_credentials", "https://api.ebay.com/oauth/api_scope", HttpStatusCode.Unauthorized, "invalid_client")]
    [InlineData(SimulatorServer.ClientId, SimulatorServer.ClientSecret, "password", "https://api.ebay.com/oauth/api_scope", HttpStatusCode.BadRequest, "unsupported_grant_type")]
    [InlineData(SimulatorServer.ClientId, SimulatorServer.ClientSecret, "client_credentials", "https://api.ebay.com/oauth/api_scope/sell", HttpStatusCode.BadRequest, "invalid_scope")]
    public async Task A_token_is_refused_with_an_OAuth_error(string clientId, string clientSecret, string grantType, string scope, HttpStatusCode status, string error)
    {
        await using var simulator = await SimulatorServer.StartAsync();

        using var response = await simulator.AskForTokenAsync(clientId, clientSecret, grantType, scope);

        Assert.Equal(status, response.StatusCode);
        Assert.Equal(error, (await response.Content.ReadFromJsonAsync<JsonElement>(Cancel)).GetProperty("error").GetString());
    }

    [Fact]
    public async Task A_search_is_paged_to_its_end()
    {
        await using var simulator = await SimulatorServer.StartAsync();
        using var ebay = await simulator.SignInAsync();
        var found = new List<string>();
        string? next = "/buy/browse/v1/item_summary/search?q=sony%20camera&limit=50";
        var total = 0;
        while (next is not null)
        {
            var page = await ebay.GetFromJsonAsync<JsonElement>(next, Cancel);
            total = page.GetProperty("total").GetInt32();
            found.AddRange(page.GetProperty("itemSummaries").EnumerateArray().Select(item => item.GetProperty("itemId").GetString()!));
            next = page.TryGetProperty("next", out var address) ? address.GetString() : null;
        }

        Assert.True(total > 50);
        Assert.Equal(total, found.Distinct().Count());
    }

    [Fact]
    public async Task A_fault_hits_the_share_of_calls_it_should()
    {
        await using var simulator = await SimulatorServer.StartAsync();
        using var ebay = await simulator.SignInAsync();
        await simulator.FailAsync(new { path = "/buy", status = 503, rate = 0.3 });

        var failures = 0;
        for (var call = 0; call < 10; call++)
        {
            using var response = await ebay.GetAsync("/buy/browse/v1/item/v1%7C123%7C0", Cancel);
            failures += response.IsSuccessStatusCode ? 0 : 1;
        }

        Assert.Equal(3, failures);
        Assert.Equal(10, await simulator.CallsOfAsync("v1|123|0"));
    }

    private static async Task AssertErrorAsync(HttpResponseMessage response, HttpStatusCode status, int errorId)
    {
        Assert.Equal(status, response.StatusCode);
        var body = await response.Content.ReadFromJsonAsync<JsonElement>(Cancel);
        Assert.Equal(errorId, body.GetProperty("errors")[0].GetProperty("errorId").GetInt32());
    }
}
