using Marketplace.Messaging.Contracts;

namespace Marketplace.Products.Http;

// What the answers look like, for their description; they are written without these.

/// <param name="Results">One for each id, in the order of the ids.</param>
internal sealed record ProductResults(IReadOnlyList<ProductResult> Results);

/// <param name="Id">The id asked for.</param>
/// <param name="Status">What came of it.</param>
/// <param name="Source">The layer that answered; absent when none could.</param>
/// <param name="Product">The product, when it was found.</param>
/// <param name="Error">The cause, when reading failed.</param>
internal sealed record ProductResult(string Id, ReplyStatus Status, ProductSource? Source, Product? Product, ReplyError? Error);

/// <param name="Hits">The hits, in the marketplace's order.</param>
/// <param name="Total">How many the marketplace says there are.</param>
/// <param name="HasMore">Whether there are hits after the last one of these.</param>
internal sealed record FoundProducts(IReadOnlyList<FoundProduct> Hits, long Total, bool HasMore);

/// <param name="Cursor">Opaque; stays valid.</param>
/// <param name="Product">What the marketplace tells in a list, which may be less than what it tells of one product.</param>
internal sealed record FoundProduct(string Cursor, Product Product);
