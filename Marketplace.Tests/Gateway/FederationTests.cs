using System.Collections.Concurrent;
using System.Text.Json;
using Marketplace.Gateway.Products;
using Marketplace.Messaging.Contracts;
using Xunit;

namespace Marketplace.Tests.Gateway;

/// <summary>The gateway as a subgraph of a federation.</summary>
public sealed class FederationTests
{
    private const string Entities = "query($of: [_Any!]!) { _entities(representations: $of) { __typename ... on Product { id marketplace title } } }";

    private readonly FewProducts _products = new();

    [Fact]
    public async Task Entities_are_read_at_once_and_each_fails_for_itself()
    {
        await using var gateway = await StartAsync();

        var answer = await gateway.QueryAsync(Entities, new
        {
            of = new object[]
            {
                new { __typename = "Product", marketplace = "EBAY", id = "1" },
                new { __typename = "Product", marketplace = "SECOND_HAND", id = 2 },
                new { __typename = "Product", marketplace = "EBAY", id = "absent" },
                new { __typename = "Product", marketplace = "EBAY", id = "failing" },
                new { __typename = "Product", marketplace = "EBAY", id = "no id" },
                new { __typename = "Product", marketplace = "NONE", id = "1" },
                new { __typename = "Seller", username = "1" },
                new { __typename = "Product", marketplace = "EBAY" },
            },
        });

        Assert.Equal(
            """[{"__typename":"Product","id":"1","marketplace":"EBAY","title":"Product 1 of ebay"},{"__typename":"Product","id":"2","marketplace":"SECOND_HAND","title":"Product 2 of second-hand"},null,null,null,null,null,null]""",
            answer.Data.GetProperty("_entities").GetRawText());
        Assert.Equal(
            ["3 UPSTREAM_UNAVAILABLE", "4 BAD_USER_INPUT", "5 BAD_USER_INPUT", "6 BAD_USER_INPUT", "7 BAD_USER_INPUT"],
            answer.Json.GetProperty("errors").EnumerateArray().Select(error => $"{error.GetProperty("path")[1]} {error.GetProperty("extensions").GetProperty("code")}"));
        Assert.Equal(["ebay: 1 absent failing no id", "second-hand: 2"], _products.Reads.Order());
    }

    [Fact]
    public async Task Too_many_entities_are_refused()
    {
        await using var gateway = await StartAsync();

        var answer = await gateway.QueryAsync(Entities, new { of = Enumerable.Range(0, 101).Select(id => new { __typename = "Product", marketplace = "EBAY", id }) });

        Assert.Equal("BAD_USER_INPUT", answer.Code);
        Assert.Equal("representations", answer.Error.GetProperty("extensions").GetProperty("field").GetString());
    }

    [Fact]
    public async Task The_subgraph_s_text_is_shown_where_the_schema_is()
    {
        await using var development = await StartAsync();
        await using var production = await GatewayServer.StartAsync("Production", _products);

        var text = (await development.QueryAsync("{ _service { sdl } }")).Data.GetProperty("_service").GetProperty("sdl").GetString()!;

        Assert.StartsWith("extend schema @link(", text);
        Assert.Contains("type Product @key(fields: \"marketplace id\")", text);
        Assert.DoesNotContain("_entities", text);
        Assert.Equal("FORBIDDEN", (await production.QueryAsync("{ _service { sdl } }")).Code);
    }

    [Fact]
    public async Task Apollo_composes_it_with_another_subgraph_and_its_router_answers_across_both()
    {
        var node = await NodePackage.InstallAsync("Federation");
        await using var gateway = await StartAsync();

        var (exitCode, text, errors) = await node.RunAsync(
            "router.js",
            [
                $"{gateway.Client.BaseAddress}graphql",
                "{ reviews { text product { title price { amount } } } }",
                "{ product(marketplace: SECOND_HAND, id: \"2\") { title reviews { text spent { amount currency } } } }",
                "{ bestReview { product { id title source } } searchProducts(marketplace: EBAY, query: \"x\") { totalCount } }",
                "{ getProductById(id: \"a b\") { title } }",
            ],
            TestContext.Current.CancellationToken);

        Assert.True(exitCode == 0, errors);
        var result = JsonDocument.Parse(text.TrimEnd().Split('\n')[^1]).RootElement;
        Assert.Empty(result.GetProperty("hints").EnumerateArray().Select(hint => hint.GetString()));
        var answers = result.GetProperty("answers");
        Assert.Equal(
            """{"data":{"reviews":[{"text":"Review of 1","product":{"title":"Product 1 of ebay","price":{"amount":19.90}}},{"text":"Review of 2","product":{"title":"Product 2 of second-hand","price":{"amount":19.90}}},{"text":"Review of 3","product":{"title":"Product 3 of second-hand","price":{"amount":19.90}}}]}}""".Replace("19.90", "19.9", StringComparison.Ordinal),
            answers[0].GetRawText());
        Assert.Equal(
            """{"data":{"product":{"title":"Product 2 of second-hand","reviews":[{"text":"Review of 2","spent":{"amount":1.5,"currency":"USD"}}]}}}""",
            answers[1].GetRawText());
        Assert.Equal("Product 1 of ebay", answers[2].GetProperty("data").GetProperty("bestReview").GetProperty("product").GetProperty("title").GetString());
        Assert.Equal("UPSTREAM_UNAVAILABLE", answers[2].GetProperty("errors")[0].GetProperty("extensions").GetProperty("code").GetString());
        Assert.Equal("BAD_USER_INPUT", answers[3].GetProperty("errors")[0].GetProperty("extensions").GetProperty("code").GetString());
        Assert.Contains("ebay: 1", _products.Reads);
        Assert.Contains("second-hand: 2 3", _products.Reads);
    }

    private Task<GatewayServer> StartAsync() =>
        GatewayServer.StartAsync(reader: _products, settings: [("Gateway:Marketplaces:1", "second-hand"), ("services:ebay:grpc:0", "http://127.0.0.1:1")]);

    /// <summary>Answers by the id alone, and notes what was read at once.</summary>
    private sealed class FewProducts : IProductReader
    {
        public ConcurrentQueue<string> Reads { get; } = [];

        public ValueTask<ProductResult> ReadAsync(ProductKey product, CancellationToken cancellationToken) => new(Read(product));

        public ValueTask<ProductResult[]> ReadAsync(ProductKey[] products, CancellationToken cancellationToken)
        {
            foreach (var group in products.Where(product => product.Marketplace is not null).GroupBy(product => product.Marketplace))
            {
                Reads.Enqueue($"{group.Key}: {string.Join(' ', group.Select(product => product.Id))}");
            }

            return new(Array.ConvertAll(products, Read));
        }

        private static ProductResult Read(ProductKey product) => product.Id switch
        {
            "absent" => ProductResult.Absent,
            "failing" => ProductResult.Failed(new ReplyError(ReplyErrorCodes.UpstreamUnavailable, "Not now.")),
            _ when !ProductId.IsValid(product.Id) => ProductResult.Absent,
            _ => ProductResult.Found(
                SampleProducts.Parse($$"""{"id":"{{product.Id}}","title":"Product {{product.Id}} of {{product.Marketplace}}","price":{"amount":19.90,"currency":"USD"},"fetchedAt":"2026-01-01T00:00:00Z"}"""),
                ProductSource.Cache),
        };
    }
}
