using System.Net.Http.Headers;
using System.Net.Http.Json;
using Marketplace.Tests.Gateway.Security;
using Xunit;

namespace Marketplace.Tests.EndToEnd;

[Collection(nameof(SharedModel))]
public sealed class SubscriptionTests(MarketplaceFixture model)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_subscriber_hears_of_a_product_when_it_is_stored()
    {
        using var http = model.App.CreateHttpClient("gateway");
        using var events = await SubscribeAsync(http, "1230099");

        var product = (await model.Gateway.GetProductAsync("1230099", Cancel)).Product;

        Assert.Equal("""data: {"data":{"productPersisted":{"id":"1230099","title":""" + product.GetProperty("title").GetRawText() + ",\"version\":1}}}", await NextAsync(events));
    }

    [Fact]
    public async Task Who_may_refresh_a_product_has_it_stored_anew_and_subscribers_hear_of_it()
    {
        const string Refresh = """mutation { refreshProduct(marketplace: EBAY, id: "1230098") { id title version source } }""";
        using var http = model.App.CreateHttpClient("gateway");
        var anonymous = new GraphQLClient(http);
        using var authorized = model.App.CreateHttpClient("gateway");
        authorized.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Tokens.Create());
        using var events = await SubscribeAsync(http, "1230098");

        var refused = await anonymous.SendAsync(Refresh, null, Cancel);
        var answer = await new GraphQLClient(authorized).SendAsync(Refresh, null, Cancel);

        Assert.Equal("UNAUTHENTICATED", refused.ErrorCode);
        Assert.False(answer.HasErrors, answer.ToString());
        var product = answer.Body.GetProperty("data").GetProperty("refreshProduct");
        Assert.Equal("EXTERNAL", product.GetProperty("source").GetString());
        Assert.Equal("""data: {"data":{"productPersisted":{"id":"1230098","title":""" + product.GetProperty("title").GetRawText() + ",\"version\":1}}}", await NextAsync(events));
    }

    // eBay's item v1|n|0 is the listing n, unless that has variations (n ends in 600 here): then there is none of that id.
    [Fact]
    public async Task A_listing_is_heard_of_and_read_by_either_of_its_ids()
    {
        using var http = model.App.CreateHttpClient("gateway");
        using var byItem = await SubscribeAsync(http, "v1|1230097|0");
        using var byListing = await SubscribeAsync(http, "1230097");

        var listing = (await model.Gateway.GetProductAsync("1230097", Cancel)).Product;
        var item = (await model.Gateway.GetProductAsync("v1|1230097|0", Cancel)).Product;
        var group = await model.Gateway.GetProductAsync("1230600", Cancel);
        var none = await model.Gateway.GetProductAsync("v1|1230600|0", Cancel);

        var title = listing.GetProperty("title").GetRawText();
        Assert.Equal("""data: {"data":{"productPersisted":{"id":"v1|1230097|0","title":""" + title + ",\"version\":1}}}", await NextAsync(byItem));
        Assert.Equal("""data: {"data":{"productPersisted":{"id":"1230097","title":""" + title + ",\"version\":1}}}", await NextAsync(byListing));
        Assert.Equal(("1230097", "v1|1230097|0"), (listing.GetProperty("id").GetString(), item.GetProperty("id").GetString()));
        Assert.NotEqual("EXTERNAL", item.GetProperty("source").GetString());
        Assert.Equal("1230600", group.Product.GetProperty("id").GetString());
        Assert.Equal((System.Text.Json.JsonValueKind.Null, false), (none.Product.ValueKind, none.HasErrors));
    }

    // The answer begins when the gateway listens.
    private static async Task<StreamReader> SubscribeAsync(HttpClient http, string id)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/graphql")
        {
            Content = JsonContent.Create(new { query = $$"""subscription { productPersisted(marketplace: EBAY, ids: ["{{id}}"]) { id title version } }""" }),
        };
        request.Headers.Accept.ParseAdd("text/event-stream");
        var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Cancel);
        return new StreamReader(await response.Content.ReadAsStreamAsync(Cancel));
    }

    private static async Task<string?> NextAsync(StreamReader events)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        limit.CancelAfter(TimeSpan.FromMinutes(1));
        string? line;
        do
        {
            line = await events.ReadLineAsync(limit.Token);
        }
        while (line is not null && !line.StartsWith("data: ", StringComparison.Ordinal));
        return line;
    }
}

