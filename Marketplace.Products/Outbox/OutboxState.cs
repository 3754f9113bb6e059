namespace Marketplace.Products.Outbox;

/// <summary>What is in the outbox.</summary>
/// <param name="Unsent">How many events wait; counted up to 100,000.</param>
/// <param name="Oldest">When the oldest of them was stored (UTC).</param>
/// <param name="Refused">How many were set aside, as they are larger than Kafka takes; counted up to 100,000.</param>
/// <param name="RefusedProducts">The products of the first of those, twenty at most.</param>
internal sealed record OutboxState(int Unsent, DateTime? Oldest, int Refused, string[] RefusedProducts);
