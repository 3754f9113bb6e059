using System.Net;
using System.Text.Json;
using System.Text.Json.Serialization;
using Marketplace.Contracts;
using Marketplace.Products;

internal sealed class TinyShopSource(IHttpClientFactory clients, GuardedCalls calls) : IProductSource
{
    public Task<Product?> GetAsync(string id, CancellationToken cancellationToken) => calls.AskAsync(async askedAt =>
    {
        using var client = clients.CreateClient("tinyshop");
        using var response = await client.GetAsync($"items/{Uri.EscapeDataString(id)}", cancellationToken);
        var error = new HttpRequestException($"TinyShop answered {(int)response.StatusCode}.");
        return response.StatusCode switch
        {
            HttpStatusCode.OK => Map(id, await response.ReadJsonAsync(TinyShopJson.Default.Item, cancellationToken), askedAt),
            HttpStatusCode.NotFound => null,
            HttpStatusCode.TooManyRequests => throw calls.Pause.RateLimited(response.Headers.RetryAfter.WaitFrom(askedAt), error),
            HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden => throw calls.Pause.Refused("set TinyShop:ApiUrl to an address that we may ask", error),
            _ => throw error,
        };
    });

    private static Product Map(string id, Item item, DateTimeOffset askedAt) =>
        new() { Id = id, Marketplace = "tinyshop", Title = item.Name, Price = new Money(item.Price, "EUR"), FetchedAt = askedAt };

    internal sealed record Item(string Name, decimal Price);
}

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(TinyShopSource.Item))]
internal sealed partial class TinyShopJson : JsonSerializerContext;
