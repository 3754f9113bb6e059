using System.Collections.Concurrent;
using System.Text.Json;
using Marketplace.Contracts;
using Marketplace.Gateway.Products;
using Marketplace.Gateway.Security;
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

    // A router sends all keys of a join at once.
    [Fact]
    public async Task As_many_entities_as_a_router_sends_are_read_and_more_are_refused()
    {
        await using var gateway = await StartAsync();

        var most = await AskAsync(1000, "id");
        var tooMany = await AskAsync(1001, "id");
        var tooCostly = await AskAsync(1000, "id title brand location");
        var asUsual = await AskAsync(150, "id title brand location");

        Assert.Equal(1000, most.Data.GetProperty("_entities").GetArrayLength());
        Assert.Equal(("BAD_USER_INPUT", "representations"), (tooMany.Code, tooMany.Error.GetProperty("extensions").GetProperty("field").GetString()));
        Assert.Equal(("QUERY_TOO_COMPLEX", "complexity"), (tooCostly.Code, tooCostly.Error.GetProperty("extensions").GetProperty("limit").GetString()));
        Assert.Equal(150, asUsual.Data.GetProperty("_entities").GetArrayLength());

        Task<Answer> AskAsync(int count, string fields) => gateway.QueryAsync(
            $"query($of: [_Any!]!) {{ _entities(representations: $of) {{ __typename ... on Product {{ {fields} }} }} }}",
            new { of = Enumerable.Range(0, count).Select(id => new { __typename = "Product", marketplace = "EBAY", id }) });
    }

    [Fact]
    public async Task A_product_s_global_id_leads_to_it()
    {
        await using var gateway = await StartAsync();

        var product = (await gateway.QueryAsync("{ product(marketplace: SECOND_HAND, id: \"v1|2|0\") { globalId } }")).Data.GetProperty("product");
        var globalId = product.GetProperty("globalId").GetString();
        var read = await gateway.QueryAsync("query($of: ID!) { productByGlobalId(globalId: $of) { globalId title } }", new { of = globalId });
        var entity = await gateway.QueryAsync(Entities, new { of = new object[] { new { __typename = "Product", globalId }, new { __typename = "Product", globalId = "x" } } });

        Assert.Equal($$"""{"globalId":"{{globalId}}","title":"Product v1|2|0 of second-hand"}""", read.Data.GetProperty("productByGlobalId").GetRawText());
        Assert.Equal("""[{"__typename":"Product","id":"v1|2|0","marketplace":"SECOND_HAND","title":"Product v1|2|0 of second-hand"},null]""", entity.Data.GetProperty("_entities").GetRawText());
        Assert.Equal("BAD_USER_INPUT", entity.Code);
    }

    [Theory]
    [InlineData("")]
    [InlineData("!")]
    [InlineData("RUJBWQ")] // EBAY
    [InlineData("Tk9ORTox")] // NONE:1
    [InlineData("RUJBWTphIGI")] // EBAY:a b
    public async Task What_is_no_global_id_is_refused(string globalId)
    {
        await using var gateway = await StartAsync();

        var answer = await gateway.QueryAsync("query($of: ID!) { productByGlobalId(globalId: $of) { title } }", new { of = globalId });

        Assert.Equal(("BAD_USER_INPUT", "globalId"), (answer.Code, answer.Error.GetProperty("extensions").GetProperty("field").GetString()));
    }

    // An enum that is input and output must be the same in all subgraphs; who refers to products by globalId need not have it.
    [Fact]
    public async Task Composers_take_a_subgraph_that_knows_no_marketplace_by_the_global_id()
    {
        var node = await NodePackage.InstallAsync("Federation");
        await using var gateway = await StartAsync();
        var folder = Directory.CreateTempSubdirectory("subgraphs-");
        try
        {
            const string Link = "extend schema @link(url: \"https://specs.apollo.dev/federation/v2.3\", import: [\"@key\"]) type Query { rated: [Product!]! } ";
            var ours = (await gateway.QueryAsync("{ _service { sdl } }")).Data.GetProperty("_service").GetProperty("sdl").GetString()!;
            string[] subgraphs =
            [
                ours,
                Link + "type Product @key(fields: \"globalId\") { globalId: ID! rating: Int }",
                Link + "type Product @key(fields: \"marketplace id\") { marketplace: Marketplace! id: ID! rating: Int } enum Marketplace { EBAY SECOND_HAND }",
                Link + "type Product @key(fields: \"marketplace id\") { marketplace: Marketplace! id: ID! rating: Int } enum Marketplace { EBAY }",
            ];
            var files = Array.ConvertAll(subgraphs, text => Path.Combine(folder.FullName, $"{Array.IndexOf(subgraphs, text)}.graphql"));
            foreach (var (file, text) in files.Zip(subgraphs))
            {
                await File.WriteAllTextAsync(file, text, TestContext.Current.CancellationToken);
            }

            var (exitCode, output, errors) = await node.RunAsync("compose.js", files, TestContext.Current.CancellationToken);

            Assert.True(exitCode == 0, errors);
            var composed = JsonDocument.Parse(output).RootElement.EnumerateObject().ToDictionary(composer => composer.Name, composer => composer.Value);
            Assert.Equal(["apollo", "cosmo", "hive", "mesh"], composed.Keys.Order());
            Assert.All(composed.Values, errorsOf =>
            {
                Assert.Equal("[[],[]]", $"[{errorsOf[0]},{errorsOf[1]}]");
                Assert.Contains("Marketplace", errorsOf[2][0].GetString());
            });
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task The_subgraph_s_text_is_shown_where_the_schema_is()
    {
        await using var development = await StartAsync();
        await using var production = await GatewayServer.StartAsync("Production", _products);

        var text = (await development.QueryAsync("{ _service { sdl } }")).Data.GetProperty("_service").GetProperty("sdl").GetString()!;

        Assert.StartsWith("extend schema @link(", text);
        Assert.Contains("type Product @key(fields: \"marketplace id\") @key(fields: \"globalId\")", text);
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
                "{ topRated { rating title marketplace } product(marketplace: SECOND_HAND, id: \"2\") { rating } }",
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
        Assert.Equal("""{"data":{"topRated":{"rating":5,"title":"Product 2 of second-hand","marketplace":"SECOND_HAND"},"product":{"rating":5}}}""", answers[4].GetRawText());
        Assert.Contains("ebay: 1", _products.Reads);
        Assert.Contains("second-hand: 2 3", _products.Reads);
    }

    private Task<GatewayServer> StartAsync() =>
        GatewayServer.StartAsync(reader: _products, settings: [("Gateway:Marketplaces:1", "second-hand"), ("services:ebay:grpc:0", "http://127.0.0.1:1")]);

    /// <summary>Answers by the id alone, and notes what was read at once.</summary>
    private sealed class FewProducts : IProductReader
    {
        public ConcurrentQueue<string> Reads { get; } = [];

        public ValueTask<ProductResult> ReadAsync(ProductKey product, Caller caller, CancellationToken cancellationToken) => new(Read(product));

        public ValueTask<ProductResult[]> ReadAsync(ProductKey[] products, Caller caller, CancellationToken cancellationToken)
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
