using Marketplace.Contracts;
using Marketplace.Products;

namespace Marketplace.Amazon.Catalog;

/// <summary>Makes products of Amazon's items.</summary>
internal static class ItemMapping
{
    /// <returns><c>null</c> when the item lacks what a product cannot be without.</returns>
    public static Product? ToProduct(this Item item, DateTimeOffset fetchedAt)
    {
        var offer = BuyBox(item.OffersV2);
        return item.ItemInfo?.Title?.DisplayValue.NotEmpty() is not { } title ? null : new Product
        {
            Id = item.Asin!,
            Marketplace = "amazon",
            Title = title,
            Description = string.Join('\n', item.ItemInfo!.Features?.DisplayValues ?? []).NotEmpty(),
            Price = offer is { ViolatesMap: not true, Price.Money: { Value: { } amount, Currency: { Length: 3 } currency } } ? new Money(amount, currency) : null,
            Condition = offer?.Condition?.Value is "Unknown" ? null : offer?.Condition?.Value.NotEmpty(),
            Brand = item.ItemInfo.ByLineInfo?.Brand?.DisplayValue.NotEmpty() ?? item.ItemInfo.ByLineInfo?.Manufacturer?.DisplayValue.NotEmpty(),
            CategoryPath = Path(item.BrowseNodeInfo?.BrowseNodes?.OfType<BrowseNode>().FirstOrDefault()) ?? item.ItemInfo.Classifications?.ProductGroup?.DisplayValue.NotEmpty(),
            ImageUrls = [.. (item.Images?.Variants ?? []).Prepend(item.Images?.Primary).Select(image => image?.Large?.Url.NotEmpty()).OfType<string>().Distinct(StringComparer.Ordinal)],
            ItemUrl = item.DetailPageUrl.NotEmpty(), // unchanged: it carries the attribution
            Seller = offer?.MerchantInfo?.Name.NotEmpty() is { } seller ? new Seller(seller, FeedbackScore: null, FeedbackPercentage: null) : null,
            Availability = Status(offer?.Availability?.Type) is { } status ? new Availability(status, Quantity: null) : null,
            FetchedAt = fetchedAt,
        };
    }

    // What the page's "Add to Cart" sells; a subscription's price is no price for one piece.
    private static Listing? BuyBox(Offers? offers)
    {
        var listings = (offers?.Listings ?? []).Where(listing => listing is not (null or { Type: "SUBSCRIBE_AND_SAVE" })).ToList();
        return listings.Find(listing => listing!.IsBuyBoxWinner == true) ?? listings.FirstOrDefault();
    }

    // In the words that clients know from other marketplaces, where there are such.
    private static string? Status(string? type) => type switch
    {
        null or "" or "UNKNOWN" => null,
        "IN_STOCK_SCARCE" => "LIMITED_STOCK",
        "UNAVAILABLE" => "OUT_OF_STOCK",
        _ => type,
    };

    private static string? Path(BrowseNode? node) => node is null ? null : string.Join('|', ((string?[])[Path(node.Ancestor), node.DisplayName.NotEmpty()]).OfType<string>()).NotEmpty();
}
