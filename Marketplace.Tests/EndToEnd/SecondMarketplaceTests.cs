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
        query($ebay: ID!, $amazon: [ID!]!, $query: String!) {
          ebay: product(marketplace: EBAY, id: $ebay) { id marketplace }
          amazon: products(marketplace: AMAZON, ids: $amazon) { id marketplace }
          onEbay: searchProducts(marketplace: EBAY, query: $query, first: 3) { edges { node { marketplace title } } }
          onAmazon: searchProducts(marketplace: AMAZON, query: $query, first: 3) { edges { node { marketplace title } } }
        }
        """;

    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(1);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task One_request_reads_and_searches_both_marketplaces_in_one_trace()
    {
        var number = 0;
        string[] words = ["Laptop", "Tent", "Turntable", "Smartphone", "Headphones"];

        // Never asked for before; on a slow machine the first searches may outlast a request.
        var (ids, word, answer, traceId) = await Eventually.GetAsync(
            async cancel =>
            {
                string[] ids = [$"B0077{++number:D5}", $"B0078{number:D5}", "B007700404", "no-asin"];
                var word = words[number % words.Length];
                var (body, traceId) = await model.SendTracedAsync(Both, new { ebay = $"77{number:D5}", amazon = ids, query = word }, cancel);
                return (ids, word, body, traceId);
            },
            asked => !asked.body.TryGetProperty("errors", out _),
            Limit,
            Cancel);

        var data = answer.GetProperty("data");
        Assert.Equal("EBAY", data.GetProperty("ebay").GetProperty("marketplace").GetString());
        var amazon = data.GetProperty("amazon").EnumerateArray().ToList();
        Assert.Equal([ids[0], ids[1], null, null], amazon.Select(product => product.ValueKind == JsonValueKind.Null ? null : product.GetProperty("id").GetString()));
        Assert.Equal("AMAZON", amazon[0].GetProperty("marketplace").GetString());
        Assert.All((string[])["onEbay", "onAmazon"], search =>
        {
            var found = data.GetProperty(search).GetProperty("edges").EnumerateArray().Select(edge => edge.GetProperty("node")).ToList();
            Assert.Equal(3, found.Count);
            Assert.All(found, product => Assert.Equal(search["on".Length..].ToUpperInvariant(), product.GetProperty("marketplace").GetString()));
            Assert.All(found, product => Assert.Contains(word, product.GetProperty("title").GetString(), StringComparison.Ordinal));
        });
        string[] expected =
        [
            "gateway: POST /graphql", "ebay-simulator: GET /buy/browse/v1/item/get_item_by_legacy_id", "ebay-simulator: GET /buy/browse/v1/item_summary/search",
            "amazon-simulator: POST /catalog/v1/getItems", "amazon-simulator: POST /catalog/v1/searchItems",
        ];
        await Eventually.GetAsync(
            _ =>
            {
                var spans = model.Telemetry.SpansOf(traceId).Select(span => $"{span.Service}: {span.Name}").ToHashSet();
                return Task.FromResult(spans.IsSupersetOf(expected) ? "" : $"without {string.Join(", ", expected.Except(spans))} in {string.Join(", ", spans)}");
            },
            missing => missing.Length == 0,
            Limit,
            Cancel);
    }
}
