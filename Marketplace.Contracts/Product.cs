namespace Marketplace.Contracts;

/// <summary>A product as every marketplace service stores it and every message and answer carries it.</summary>
public sealed record Product
{
    /// <summary>
    /// The longest description, in bytes of UTF-8. JSON takes six bytes for each at most, so a product fits into a message of Kafka's default
    /// limit (<c>message.max.bytes</c>, 1,000,000 in its client) whatever its description holds.
    /// </summary>
    public const int MaxDescriptionBytes = 128 * 1024;

    /// <summary>The marketplace's own id; see <see cref="ProductId"/> for the allowed form.</summary>
    public required string Id { get; init; }

    /// <summary>
    /// All ids by which the marketplace knows this product, the one it is stored and announced by first; absent where it has no others.
    /// A caller who asks by another one gets the product with that one as its <see cref="Id"/>.
    /// </summary>
    public IReadOnlyList<string>? Ids { get; init; }

    /// <summary>The marketplace it is sold on, in lower case, such as <c>ebay</c>.</summary>
    public required string Marketplace { get; init; }

    /// <summary>The listing's title.</summary>
    public required string Title { get; init; }

    /// <summary>The listing's description as plain text or HTML, as the marketplace gives it.</summary>
    public string? Description { get; init; }

    /// <summary>
    /// <c>true</c> where the marketplace's description is longer than <see cref="MaxDescriptionBytes"/> and was cut there, between two characters
    /// (HTML may end within an element); absent where it is whole.
    /// </summary>
    public bool? DescriptionTruncated { get; init; }

    /// <summary>The price it can be bought for at once; absent where the marketplace gives none, as for an auction.</summary>
    public Money? Price { get; init; }

    /// <summary>The price in the listing's own currency, where the marketplace converted it into <see cref="Price"/>.</summary>
    public Money? PriceConvertedFrom { get; init; }

    /// <summary>How it can be bought, in the marketplace's words, such as <c>FIXED_PRICE</c> or <c>AUCTION</c>; absent where it does not say.</summary>
    public IReadOnlyList<string>? BuyingOptions { get; init; }

    /// <summary>How many bids an auction has; absent for anything else.</summary>
    public int? BidCount { get; init; }

    /// <summary>An auction's highest bid; absent for anything else.</summary>
    public Money? CurrentBidPrice { get; init; }

    /// <summary>The bid in the listing's own currency, where the marketplace converted it into <see cref="CurrentBidPrice"/>.</summary>
    public Money? CurrentBidPriceConvertedFrom { get; init; }

    /// <summary>When the listing ends, or ended (UTC); absent where it has no end.</summary>
    public DateTimeOffset? EndsAt { get; init; }

    /// <summary>The condition in the marketplace's words, such as <c>New</c>.</summary>
    public string? Condition { get; init; }

    /// <summary>The brand.</summary>
    public string? Brand { get; init; }

    /// <summary>The category, from the widest to the narrowest, separated by <c>|</c>.</summary>
    public string? CategoryPath { get; init; }

    /// <summary>Addresses of the images, the main one first.</summary>
    public IReadOnlyList<string> ImageUrls { get; init; } = [];

    /// <summary>The address of the listing.</summary>
    public string? ItemUrl { get; init; }

    /// <summary>Who sells it.</summary>
    public Seller? Seller { get; init; }

    /// <summary>Whether it can be bought.</summary>
    public Availability? Availability { get; init; }

    /// <summary>Where it is, as the marketplace says it.</summary>
    public string? Location { get; init; }

    /// <summary>
    /// What the marketplace's terms no longer allow to show while it cannot be asked again: <c>offers</c> for price, bids, condition, availability, seller and category.
    /// Absent when nothing is left out.
    /// </summary>
    public IReadOnlyList<string>? Withheld { get; init; }

    /// <summary>After this time (UTC) it may no longer be shown as it is here, by the marketplace's terms; absent where they set no limit, and before it is stored.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>When it was read from the marketplace (UTC).</summary>
    public required DateTimeOffset FetchedAt { get; init; }

    /// <summary>Counts the stored changes of this product, from 1; 0 before it is stored.</summary>
    public long Version { get; init; }

    /// <summary>When this version was stored (UTC); absent before it is stored.</summary>
    public DateTimeOffset? PersistedAt { get; init; }
}

/// <summary>An amount of money.</summary>
/// <param name="Amount">The amount in the currency's main unit, exact.</param>
/// <param name="Currency">The ISO 4217 code, such as <c>USD</c>.</param>
public sealed record Money(decimal Amount, string Currency);

/// <summary>A seller.</summary>
/// <param name="Username">The name shown on the marketplace.</param>
/// <param name="FeedbackScore">The marketplace's count of good feedback less bad.</param>
/// <param name="FeedbackPercentage">Share of good feedback, 0–100.</param>
public sealed record Seller(string Username, int? FeedbackScore, decimal? FeedbackPercentage);

/// <summary>Whether a product can be bought.</summary>
/// <param name="Status">The marketplace's status, such as <c>IN_STOCK</c>; <see cref="Ended"/> once the listing has ended, <see cref="Gone"/> in an event of a product that the marketplace has no more.</param>
/// <param name="Quantity">How many are left, where the marketplace gives the number.</param>
/// <param name="MoreThan">There are more left than this, where the marketplace gives no more.</param>
public sealed record Availability(string Status, int? Quantity, int? MoreThan = null)
{
    /// <summary>The status of a listing that has ended.</summary>
    public const string Ended = "ENDED";

    /// <summary>The status of a product that the marketplace has no more; only events have it (<see cref="MessageTypes.ProductRemoved"/>).</summary>
    public const string Gone = "GONE";
}
