using Marketplace.Contracts;

namespace Marketplace.Products.Reading;

/// <summary>What came of reading a product.</summary>
/// <param name="Status">Found, absent or failed.</param>
/// <param name="Source">The layer that answered; <c>null</c> when none could.</param>
/// <param name="Product">The product's JSON when it was found.</param>
/// <param name="Error">The cause when it failed.</param>
internal readonly record struct ProductRead(ReplyStatus Status, ProductSource? Source, ReadOnlyMemory<byte> Product, ReplyError? Error)
{
    public static ProductRead Found(ProductSource source, ReadOnlyMemory<byte> product) => new(ReplyStatus.Found, source, product, null);

    public static ProductRead Absent(ProductSource source) => new(ReplyStatus.NotFound, source, default, null);

    public static ProductRead Cached(CachedProduct entry) => entry.IsAbsent ? Absent(ProductSource.Cache) : Found(ProductSource.Cache, entry.Product);

    public static ProductRead Failed(ReplyError error) => new(ReplyStatus.Failed, null, default, error);
}
