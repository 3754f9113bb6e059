using System.Globalization;
using System.Text.Json;
using Google.Protobuf;
using Grpc.Core;
using Marketplace.Gateway.Products;
using Marketplace.Gateway.Security;
using Marketplace.Products.V1;
using Xunit;
using Wire = Marketplace.Products.V1;

namespace Marketplace.Tests.Gateway;

public sealed class SearchTests(SearchTests.Searched fixture) : IClassFixture<SearchTests.Searched>
{
    private const string Page = """
        query($first: Int, $after: String) { searchProducts(marketplace: EBAY, query: "laptop", first: $first, after: $after) {
          edges { cursor node { id marketplace title price { amount currency } version source } }
          pageInfo { hasNextPage hasPreviousPage startCursor endCursor } totalCount } }
        """;

    private readonly GatewayServer _gateway = fixture.Gateway;
    private readonly ScriptedService _service = fixture.Service;

    [Fact]
    public async Task A_marketplace_without_an_address_to_search_at_is_found_at_the_start()
    {
        var exception = await Assert.ThrowsAsync<Microsoft.Extensions.Options.OptionsValidationException>(() => GatewayServer.StartAsync(settings: ("services:ebay:grpc:0", "")));

        Assert.Contains("services:ebay:grpc:0 is not set", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Pages_follow_each_other_by_their_cursors()
    {
        _service.OnSearch = request => Find(request, total: 5);

        var found = new List<string>();
        JsonElement page = default;
        for (string? after = null; found.Count == 0 || page.GetProperty("pageInfo").GetProperty("hasNextPage").GetBoolean(); after = page.GetProperty("pageInfo").GetProperty("endCursor").GetString())
        {
            page = (await _gateway.QueryAsync(Page, new { first = 2, after })).Data.GetProperty("searchProducts");
            found.AddRange(page.GetProperty("edges").EnumerateArray().Select(edge => edge.GetProperty("node").GetProperty("id").GetString()!));
            Assert.Equal(after is not null, page.GetProperty("pageInfo").GetProperty("hasPreviousPage").GetBoolean());
            Assert.Equal(5, page.GetProperty("totalCount").GetInt32());
        }

        Assert.Equal(["1", "2", "3", "4", "5"], found);
        Assert.Equal(
            """{"edges":[{"cursor":"c5","node":{"id":"5","marketplace":"EBAY","title":"laptop","price":{"amount":5.10,"currency":"USD"},"version":0,"source":"EXTERNAL"}}],"pageInfo":{"hasNextPage":false,"hasPreviousPage":true,"startCursor":"c5","endCursor":"c5"},"totalCount":5}""",
            page.GetRawText());
    }

    [Fact]
    public async Task Twenty_are_found_unless_asked_otherwise()
    {
        _service.OnSearch = request => Find(request, total: 30);

        Assert.Equal(20, await CountAsync(new { }));
        Assert.Equal(20, await CountAsync(new { first = (int?)null }));
        Assert.Equal(30, await CountAsync(new { first = 100 }));

        async Task<int> CountAsync(object variables) =>
            (await _gateway.QueryAsync(Page, variables)).Data.GetProperty("searchProducts").GetProperty("edges").GetArrayLength();
    }

    [Theory]
    [InlineData("query: \"a\", first: 0", "first")]
    [InlineData("query: \"a\", first: -1", "first")]
    [InlineData("query: \"a\", first: 101", "first")]
    [InlineData("query: \"\"", "query")]
    [InlineData("query: \"  \"", "query")]
    [InlineData("query: LONG", "query")]
    [InlineData("query: \"a\", after: \"\"", "after")]
    [InlineData("query: \"a\", after: LONG", "after")]
    [InlineData("query: \"a\", minPrice: 0", "minPrice")]
    [InlineData("query: \"a\", minPrice: 9.999", "minPrice")]
    [InlineData("query: \"a\", maxPrice: -5", "maxPrice")]
    [InlineData("query: \"a\", maxPrice: 1e300", "maxPrice")]
    [InlineData("query: \"a\", minPrice: 20, maxPrice: 10", "maxPrice")]
    public async Task An_argument_out_of_range_is_refused_by_its_name(string arguments, string field)
    {
        var before = _service.Calls;

        var answer = await _gateway.QueryAsync($"{{ searchProducts(marketplace: EBAY, {arguments.Replace("LONG", $"\"{new string('x', 600)}\"", StringComparison.Ordinal)}) {{ totalCount }} }}");

        Assert.Equal("BAD_USER_INPUT", answer.Code);
        Assert.Equal(field, answer.Error.GetProperty("extensions").GetProperty("field").GetString());
        Assert.Equal(before, _service.Calls);
    }

    [Fact]
    public async Task What_narrows_a_search_goes_to_the_marketplaces_service()
    {
        var asked = new List<SearchFilter?>();
        _service.OnSearch = request =>
        {
            asked.Add(request.Filter);
            return Find(request, total: 1);
        };

        await _gateway.QueryAsync("""{ searchProducts(marketplace: EBAY, query: "a", minPrice: 19.99, maxPrice: 250, condition: REFURBISHED, inStock: true) { totalCount } }""");
        await _gateway.QueryAsync("query($min: Float, $condition: ProductCondition) { searchProducts(marketplace: EBAY, query: \"a\", minPrice: $min, condition: $condition) { totalCount } }", new { min = 5, condition = "USED" });
        await _gateway.QueryAsync("query($min: Float, $condition: ProductCondition) { searchProducts(marketplace: EBAY, query: \"a\", minPrice: $min, condition: $condition, inStock: false) { totalCount } }");

        Assert.Equal(
            [new SearchFilter { MinPriceHundredths = 1999, MaxPriceHundredths = 25000, Condition = Condition.Refurbished, InStock = true }, new SearchFilter { MinPriceHundredths = 500, Condition = Condition.Used }, null],
            asked);
    }

    [Theory]
    [InlineData(StatusCode.Unavailable, "UPSTREAM_UNAVAILABLE")]
    [InlineData(StatusCode.Internal, "UPSTREAM_UNAVAILABLE")]
    [InlineData(StatusCode.DeadlineExceeded, "UPSTREAM_TIMEOUT")]
    [InlineData(StatusCode.ResourceExhausted, "RATE_LIMITED")]
    [InlineData(StatusCode.InvalidArgument, "BAD_USER_INPUT", "after")]
    [InlineData(StatusCode.Unimplemented, "BAD_USER_INPUT", "marketplace")]
    public async Task A_search_that_fails_says_why(StatusCode status, string code, string? field = null)
    {
        _service.OnSearch = _ => throw new RpcException(new Grpc.Core.Status(status, "secret"));

        var answer = await _gateway.QueryAsync(Page);

        Assert.Equal(code, answer.Code);
        Assert.Equal(field, answer.Error.GetProperty("extensions").TryGetProperty("field", out var named) ? named.GetString() : null);
        Assert.DoesNotContain("secret", answer.Body);
    }

    [Fact]
    public async Task Words_that_the_marketplace_refuses_are_bad_input_with_its_reason()
    {
        _service.OnSearch = _ => throw new RpcException(new Grpc.Core.Status(StatusCode.InvalidArgument, "Too many hits."), new Metadata { { "refused", "query" } });

        var answer = await _gateway.QueryAsync(Page);

        Assert.Equal(("BAD_USER_INPUT", "Too many hits."), (answer.Code, answer.Error.GetProperty("message").GetString()));
        Assert.Equal("query", answer.Error.GetProperty("extensions").GetProperty("field").GetString());
    }

    [Fact]
    public async Task A_search_without_a_service_fails_typed()
    {
        await using var gateway = await GatewayServer.StartAsync(reader: new NoProducts(), settings: ("services:ebay:grpc:0", "http://127.0.0.1:1"));

        Assert.Equal("UPSTREAM_UNAVAILABLE", (await gateway.QueryAsync(Page)).Code);
    }

    private static SearchResponse Find(SearchRequest request, int total)
    {
        var start = request.Cursor.Length == 0 ? 1 : int.Parse(request.Cursor[1..], CultureInfo.InvariantCulture) + 1;
        var hits = Enumerable.Range(start, Math.Min(request.Limit, total - start + 1)).Select(number => new Wire.SearchHit
        {
            Cursor = $"c{number}",
            Product = ByteString.CopyFromUtf8($$"""{"id":"{{number}}","marketplace":"ebay","title":"{{request.Query}}","price":{"amount":{{number}}.10,"currency":"USD"},"fetchedAt":"2026-01-01T00:00:00Z"}"""),
        });
        return new SearchResponse { Hits = { hits }, Total = total, HasMore = start + request.Limit <= total };
    }

    public sealed class Searched : IAsyncLifetime
    {
        internal ScriptedService Service { get; private set; } = null!;

        internal GatewayServer Gateway { get; private set; } = null!;

        public async ValueTask InitializeAsync()
        {
            Service = await ScriptedService.StartAsync();
            Gateway = await GatewayServer.StartAsync(reader: new NoProducts(), settings: [Service.Setting, ("Gateway:Timeout", "00:01:00")]);
        }

        public async ValueTask DisposeAsync()
        {
            await Gateway.DisposeAsync();
            await Service.DisposeAsync();
        }
    }

    private sealed class NoProducts : IProductReader
    {
        public ValueTask<ProductResult> ReadAsync(ProductKey product, Caller caller, CancellationToken cancellationToken) => default;

        public ValueTask<ProductResult[]> ReadAsync(ProductKey[] products, Caller caller, CancellationToken cancellationToken) => new(new ProductResult[products.Length]);
    }
}
