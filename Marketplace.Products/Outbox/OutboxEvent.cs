using Marketplace.Products.Storage;

namespace Marketplace.Products.Outbox;

/// <summary>A row of the outbox: the event that one version of a product was stored, or that the product is gone.</summary>
/// <param name="Sequence">Orders the events of one product.</param>
/// <param name="Product">The product as stored.</param>
/// <param name="IsRemoval">Whether it is gone.</param>
/// <param name="WasRefused">Whether Kafka has refused it for its size before.</param>
/// <param name="TraceParent">The W3C trace context of the request that stored it.</param>
internal sealed record OutboxEvent(long Sequence, StoredProduct Product, bool IsRemoval, bool WasRefused, string? TraceParent);
