using System.Net;
using Marketplace.Products;
using Microsoft.Extensions.Options;

namespace Marketplace.Amazon.Catalog;

/// <summary>Calls of the Creators API's catalogue.</summary>
internal sealed class CatalogClient(IHttpClientFactory clients, IOptions<AmazonOptions> options)
{
    public const string ClientName = "amazon";

    // Bytes: ten items with every image and feature.
    private const int AnswerLimit = 1024 * 1024;

    // Amazon gives nothing but titles unless asked for.
    private static readonly string[] Resources =
    [
        "itemInfo.title", "itemInfo.features", "itemInfo.byLineInfo", "itemInfo.classifications", "images.primary.large", "images.variants.large",
        "offersV2.listings.availability", "offersV2.listings.condition", "offersV2.listings.isBuyBoxWinner", "offersV2.listings.merchantInfo",
        "offersV2.listings.price", "offersV2.listings.type", "browseNodeInfo.browseNodes", "browseNodeInfo.browseNodes.ancestor",
    ];

    public Task<CatalogAnswer> GetItemsAsync(IReadOnlyList<string> ids, CancellationToken cancellationToken) =>
        PostAsync("/catalog/v1/getItems", new(options.Value.PartnerTag!, Resources, ItemIds: ids), cancellationToken);

    /// <summary>Searches. Amazon leaves out what is not available unless asked otherwise; bounds of a price are in the currency's smallest unit.</summary>
    public Task<CatalogAnswer> SearchAsync(string keywords, SearchFilter filter, int page, int count, CancellationToken cancellationToken) => PostAsync(
        "/catalog/v1/searchItems",
        new(options.Value.PartnerTag!, Resources, Keywords: keywords, ItemPage: page, ItemCount: count)
        {
            MinPrice = Smallest(filter.MinPrice, decimal.Ceiling),
            MaxPrice = Smallest(filter.MaxPrice, decimal.Floor),
            Condition = filter.Condition is ProductCondition.New ? "New" : null,
            Availability = filter.InStock ? "Available" : null,
        },
        cancellationToken);

    // A yen has no smaller unit.
    private long? Smallest(decimal? price, Func<decimal, decimal> round) =>
        price is { } amount ? Math.Max(1, (long)round(options.Value.Marketplace == "www.amazon.co.jp" ? amount : amount * 100)) : null;

    private async Task<CatalogAnswer> PostAsync(string path, CatalogRequest question, CancellationToken cancellationToken)
    {
        using var client = clients.CreateClient(ClientName);
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = JsonBodies.Write(question, CatalogJson.Default.CatalogRequest) };
        request.LimitAnswer(AnswerLimit);
        using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        if (response.IsSuccessStatusCode)
        {
            return await response.ReadJsonAsync(CatalogJson.Default.CatalogAnswer, cancellationToken);
        }

        // One 404 for all that was asked for; one of another form, a proxy's say, does not mean that.
        var error = await response.TryReadJsonAsync(CatalogJson.Default.CatalogError, cancellationToken);
        return response.StatusCode == HttpStatusCode.NotFound && error?.Type == "ResourceNotFoundException"
            ? new CatalogAnswer(null, null, null, null)
            : throw new CatalogException(response.StatusCode, error, response.Headers.RetryAfter);
    }
}
