using System.Text.Json;
using Marketplace.Tests.EndToEnd.Telemetry;
using Xunit;

namespace Marketplace.Tests.EndToEnd;

/// <summary>Amazon beside eBay, through the same gateway.</summary>
[Collection(nameof(SharedModel))]
public sealed class SecondMarketplaceTests(MarketplaceFixture model)
{
    private const string Both =
        """
        query {
          ebay: product(marketplace: EBAY, id: "7700001") { id marketplace source }
          amazon: products(marketplace: AMAZON, ids: ["B007700001", "B007700002", "B007700404", "no-asin"]) { id marketplace title price { amount currency } source }
          onEbay: searchProducts(marketplace: EBAY, query: "laptop", first: 3) { edges { node { id marketplace title } } }
          onAmazon: searchProducts(marketplace: AMAZON, query: "laptop", first: 3) { edges { node { id marketplace title } } }
        }
        """;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task One_request_reads_and_searches_both_marketplaces_in_one_trace()
    {
        var (answer, traceId) = await model.SendTracedAsync(Both, variables: null, Cancel);

        Assert.False(answer.TryGetProperty("errors", out _), answer.ToString());
        var data = answer.GetProperty("data");
        Assert.Equal("EBAY", data.GetProperty("ebay").GetProperty("marketplace").GetString());
        var amazon = data.GetProperty("amazon");
        Assert.Equal(["B007700001", "B007700002", null, null], amazon.EnumerateArray().Select(product => product.ValueKind == JsonValueKind.Null ? null : product.GetProperty("id").GetString()));
        Assert.Equal(("AMAZON", "EXTERNAL"), (amazon[0].GetProperty("marketplace").GetString(), amazon[0].GetProperty("source").GetString()));
        Assert.All((string[])["onEbay", "onAmazon"], search =>
        {
            var found = data.GetProperty(search).GetProperty("edges").EnumerateArray().Select(edge => edge.GetProperty("node")).ToList();
            Assert.Equal(3, found.Count);
            Assert.All(found, product => Assert.Equal(search["on".Length..].ToUpperInvariant(), product.GetProperty("marketplace").GetString()));
            Assert.All(found, product => Assert.Contains("laptop", product.GetProperty("title").GetString(), StringComparison.OrdinalIgnoreCase));
        });
        await Eventually.GetAsync(
            _ => Task.FromResult(model.Telemetry.SpansOf(traceId).Select(span => $"{span.Service}: {span.Name}").ToHashSet()),
            spans => spans.IsSupersetOf(
            [
                "gateway: POST /graphql", "ebay-simulator: GET /buy/browse/v1/item/get_item_by_legacy_id",
                "ebay-simulator: GET /buy/browse/v1/item_summary/search", "amazon-simulator: POST /catalog/v1/getItems", "amazon-simulator: POST /catalog/v1/searchItems",
            ]),
            TimeSpan.FromMinutes(1),
            Cancel);
    }
}
