using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Marketplace.Messaging.Contracts;
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
}
