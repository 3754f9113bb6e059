using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Marketplace.Contracts;
using Marketplace.Products;
using Xunit;

namespace Marketplace.Tests.Products;

/// <summary>Products over HTTP.</summary>
[Collection(Pipeline.Name)]
public class HttpTests(PipelineServers servers)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_product_is_its_JSON()
    {
        await using var service = await ProductProcess.StartAsync(servers, new TestMarketplace(servers.TakeMarketplace()));

        using var response = await service.Http.GetAsync("/products/v1%7C1%7C0", Cancel);

        Assert.Equal("application/json", response.Content.Headers.ContentType?.MediaType);
        Assert.Equal("v1|1|0", (await response.Content.ReadFromJsonAsync(ContractsJson.Default.Product, Cancel))!.Id);
    }

    [Theory]
    [InlineData("absent", HttpStatusCode.NotFound, "NOT_FOUND")]
    [InlineData("a%20b", HttpStatusCode.BadRequest, "BAD_USER_INPUT")]
    [InlineData("refused", HttpStatusCode.ServiceUnavailable, "RATE_LIMITED")]
    [InlineData("down", HttpStatusCode.ServiceUnavailable, "UPSTREAM_UNAVAILABLE")]
    [InlineData("late", HttpStatusCode.GatewayTimeout, "UPSTREAM_TIMEOUT")]
    public async Task Anything_else_is_a_problem_with_a_code(string id, HttpStatusCode status, string code)
    {
        var marketplace = new TestMarketplace(servers.TakeMarketplace())
        {
            Answer = (asked, _) => asked switch
            {
                "refused" => throw ProductSourceException.RateLimited("too many", TimeSpan.FromMilliseconds(1500)),
                "down" => throw ProductSourceException.Unavailable("closed"),
                "late" => throw ProductSourceException.TimedOut("asleep"),
                _ => Task.FromResult<string?>(null),
            },
        };
        await using var service = await ProductProcess.StartAsync(servers, marketplace);

        using var response = await service.Http.GetAsync($"/products/{id}", Cancel);

        Assert.Equal(status, response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        Assert.Equal(code, (await response.Content.ReadFromJsonAsync<JsonElement>(Cancel)).GetProperty("code").GetString());
        Assert.Equal(id == "refused" ? TimeSpan.FromSeconds(2) : null, response.Headers.RetryAfter?.Delta);
    }

    [Fact]
    public async Task Several_products_are_answered_in_the_order_asked_each_with_its_own_outcome()
    {
        var marketplace = new TestMarketplace(servers.TakeMarketplace())
        {
            Answer = (id, _) => id switch
            {
                "absent" => Task.FromResult<string?>(null),
                "down" => throw ProductSourceException.Unavailable("closed"),
                _ => Task.FromResult<string?>($"Product {id}"),
            },
        };
        await using var service = await ProductProcess.StartAsync(servers, marketplace);

        var answer = await service.Http.GetFromJsonAsync<JsonElement>("/products?ids=b,absent,down&ids=a&ids=b", Cancel);

        var results = answer.GetProperty("results").EnumerateArray().ToList();
        Assert.Equal(["b", "absent", "down", "a", "b"], results.Select(result => result.GetProperty("id").GetString()));
        Assert.Equal(["found", "notFound", "failed", "found", "found"], results.Select(result => result.GetProperty("status").GetString()));
        Assert.Equal("Product a", results[3].GetProperty("product").Deserialize(ContractsJson.Default.Product)!.Title);
        Assert.Equal("UPSTREAM_UNAVAILABLE", results[2].GetProperty("error").GetProperty("code").GetString());
        Assert.Equal("external", results[3].GetProperty("source").GetString());
    }

    [Fact]
    public async Task A_request_that_is_none_is_a_problem_too()
    {
        await using var service = await ProductProcess.StartAsync(servers, new TestMarketplace(servers.TakeMarketplace()));
        string[] paths =
        [
            "/products", "/products?ids=", "/products?ids=a,b%20c", $"/products?ids={string.Join(',', Enumerable.Range(0, 101))}",
            "/search", "/search?q=%20", "/search?q=x&limit=0", "/search?q=x&limit=101", "/search?q=x&limit=many", "/search?q=x&cursor=nowhere", $"/search?q={new string('x', 301)}",
        ];

        foreach (var path in paths)
        {
            Assert.Equal((HttpStatusCode.BadRequest, "BAD_USER_INPUT"), await ProblemAsync(path));
        }

        Assert.Equal((HttpStatusCode.NotFound, "NOT_FOUND"), await ProblemAsync("/nothing/here"));

        async Task<(HttpStatusCode, string?)> ProblemAsync(string path)
        {
            using var response = await service.Http.GetAsync(path, Cancel);
            Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
            return (response.StatusCode, (await response.Content.ReadFromJsonAsync<JsonElement>(Cancel)).GetProperty("code").GetString());
        }
    }

    [Fact]
    public async Task A_hundred_ids_are_read_at_once()
    {
        await using var service = await ProductProcess.StartAsync(servers, new TestMarketplace(servers.TakeMarketplace()));

        var answer = await service.Http.GetFromJsonAsync<JsonElement>($"/products?ids={string.Join(',', Enumerable.Range(0, 100))}", Cancel);

        Assert.Equal(100, answer.GetProperty("results").GetArrayLength());
    }

    [Fact]
    public async Task What_can_be_asked_is_described()
    {
        await using var service = await ProductProcess.StartAsync(servers, new TestMarketplace(servers.TakeMarketplace()));

        var description = await service.Http.GetFromJsonAsync<JsonElement>("/openapi/v1.json", Cancel);

        var paths = description.GetProperty("paths");
        Assert.Superset(new HashSet<string> { "/products", "/products/{id}", "/search" }, paths.EnumerateObject().Select(path => path.Name).ToHashSet());
        var answers = paths.GetProperty("/products/{id}").GetProperty("get").GetProperty("responses");
        Assert.True(answers.GetProperty("200").GetProperty("content").TryGetProperty("application/json", out _));
        Assert.True(answers.GetProperty("503").GetProperty("content").TryGetProperty("application/problem+json", out _));
        Assert.Contains("price", description.GetProperty("components").GetProperty("schemas").GetProperty("Product").GetProperty("properties").EnumerateObject().Select(property => property.Name));
    }
}
