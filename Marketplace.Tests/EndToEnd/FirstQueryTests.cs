using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Xunit;

namespace Marketplace.Tests.EndToEnd;

/// <summary>One query goes all the way to eBay and back.</summary>
[Collection(nameof(SharedModel))]
public sealed class FirstQueryTests(MarketplaceFixture model)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_cold_product_comes_from_the_marketplace_and_then_from_the_cache()
    {
        var first = await model.Gateway.GetProductAsync("1230001", Cancel);

        Assert.False(first.HasErrors, first.ToString());
        Assert.Equal("1230001", first.Product.GetProperty("id").GetString());
        Assert.False(string.IsNullOrWhiteSpace(first.Product.GetProperty("title").GetString()));
        Assert.Equal(3, first.Product.GetProperty("price").GetProperty("currency").GetString()!.Length);
        Assert.Equal("EXTERNAL", first.Product.GetProperty("source").GetString());

        var second = await model.Gateway.GetProductAsync("1230001", Cancel);

        Assert.Contains(second.Product.GetProperty("source").GetString(), new[] { "CACHE", "MEMORY" });
        Assert.Equal(first.Product.GetProperty("title").GetString(), second.Product.GetProperty("title").GetString());
    }

    [Theory]
    [InlineData("123")]
    [InlineData("v1|110551234567|0")]
    public async Task Both_forms_of_an_ebay_id_are_answered_under_the_id_asked_for(string id)
    {
        var answer = await model.Gateway.GetProductAsync(id, Cancel);

        Assert.False(answer.HasErrors, answer.ToString());
        Assert.Equal(id, answer.Product.GetProperty("id").GetString());
    }

    [Fact]
    public async Task An_absent_product_is_null_without_an_error()
    {
        var answer = await model.Gateway.GetProductAsync("999000404", Cancel);

        Assert.False(answer.HasErrors, answer.ToString());
        Assert.Equal(JsonValueKind.Null, answer.Product.ValueKind);
    }

    [Theory]
    [InlineData("")]
    [InlineData("with space")]
    [InlineData("semi;colon")]
    [InlineData("ünïcode")]
    public async Task An_id_outside_the_allowed_form_is_bad_user_input(string id)
    {
        var answer = await model.Gateway.GetProductAsync(id, Cancel);

        Assert.Equal("BAD_USER_INPUT", answer.ErrorCode);
    }

    [Fact]
    public async Task The_service_answers_over_rest_too()
    {
        using var http = model.App.CreateHttpClient("ebay");

        using var found = await http.GetAsync("/products/4560001", Cancel);
        Assert.Equal(HttpStatusCode.OK, found.StatusCode);
        var product = await found.Content.ReadFromJsonAsync<JsonElement>(Cancel);
        Assert.Equal("4560001", product.GetProperty("id").GetString());

        using var absent = await http.GetAsync("/products/999000404", Cancel);
        Assert.Equal(HttpStatusCode.NotFound, absent.StatusCode);
        Assert.Equal("application/problem+json", absent.Content.Headers.ContentType?.MediaType);
    }

    [Theory]
    [InlineData("gateway")]
    [InlineData("ebay")]
    [InlineData("amazon")]
    public async Task A_service_serves_its_health_and_only_on_its_management_port_its_metrics(string service)
    {
        using var http = model.App.CreateHttpClient(service);
        using var management = model.App.CreateHttpClient(service, "management");

        Assert.Equal(HttpStatusCode.OK, await StatusAsync(http, "/health"));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(http, "/alive"));
        Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(http, "/metrics"));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(management, "/metrics"));

        static async Task<HttpStatusCode> StatusAsync(HttpClient client, string path)
        {
            using var answer = await client.GetAsync(path, Cancel);
            return answer.StatusCode;
        }
    }
}

[CollectionDefinition(nameof(SharedModel))]
public sealed class SharedModel : ICollectionFixture<MarketplaceFixture>;
