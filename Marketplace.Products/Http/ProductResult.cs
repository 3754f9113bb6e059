using Marketplace.Contracts;

namespace Marketplace.Products.Http;

/// <summary>One of several products.</summary>
/// <param name="Id">The id asked for.</param>
/// <param name="Status">Whether it was found.</param>
/// <param name="Source">The layer that answered; absent when none could.</param>
/// <param name="Product">The product, when it was found.</param>
/// <param name="Error">The cause, when reading failed.</param>
internal sealed record ProductResult(string Id, ReplyStatus Status, ProductSource? Source, Product? Product, ReplyError? Error);
