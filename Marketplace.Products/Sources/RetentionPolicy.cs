namespace Marketplace.Products;

/// <summary>How long a marketplace's terms allow to keep and show its data, counted from when a product was fetched.</summary>
/// <param name="Offers">For price, bids, condition, availability, seller and category: more than 0; <c>null</c> when there is no limit.</param>
/// <param name="Items">For everything but the id, at least as long as <paramref name="Offers"/>; <c>null</c> when there is no limit.</param>
public sealed record RetentionPolicy(TimeSpan? Offers = null, TimeSpan? Items = null)
{
    /// <summary>No limits.</summary>
    public static RetentionPolicy Unlimited { get; } = new();

    /// <summary>Until when a product may be shown as it was fetched, in whole microseconds as Postgres keeps it; <c>null</c> when there is no limit.</summary>
    internal DateTimeOffset? ExpiryOf(DateTimeOffset fetchedAt) => fetchedAt.AddTicks(-(fetchedAt.Ticks % TimeSpan.TicksPerMicrosecond)) + (Offers ?? Items);
}
