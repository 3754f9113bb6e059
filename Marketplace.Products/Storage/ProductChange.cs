using System.Text.Json;
using Marketplace.Contracts;

namespace Marketplace.Products.Storage;

/// <summary>What counts as a change of a product, and so makes a version and an event.</summary>
internal static class ProductChange
{
    /// <summary>
    /// Whether a product is as it is stored, but for what differs each time it is asked for: a price that the marketplace converts, as long as
    /// the one it is converted from stays, and a seller's feedback.
    /// </summary>
    public static bool IsNone(StoredProduct stored, Product product) =>
        stored.Content is not null
        && JsonSerializer.Deserialize(stored.ToJson(), ContractsJson.Default.Product) is { } old
        && StoredProduct.WriteContent(Lasting(old)).AsSpan().SequenceEqual(StoredProduct.WriteContent(Lasting(product)));

    private static Product Lasting(Product product) => product with
    {
        Price = Lasting(product.Price, product.PriceConvertedFrom),
        CurrentBidPrice = Lasting(product.CurrentBidPrice, product.CurrentBidPriceConvertedFrom),
        Seller = product.Seller is null ? null : new Seller(product.Seller.Username, null, null),
    };

    private static Money? Lasting(Money? price, Money? convertedFrom) => price is null || convertedFrom is null ? price : price with { Amount = 0 };
}
