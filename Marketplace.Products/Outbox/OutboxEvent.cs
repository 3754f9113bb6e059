using Marketplace.Products.Storage;

namespace Marketplace.Products.Outbox;

/// <summary>A row of the outbox: the event that one version of a product was stored.</summary>
/// <param name="Sequence">Orders the events of one product.</param>
/// <param name="Product">The product as stored.</param>
/// <param name="TraceParent">The W3C trace context of the request that stored it.</param>
internal sealed record OutboxEvent(long Sequence, StoredProduct Product, string? TraceParent);
