using System.Text.Json.Serialization;
using Marketplace.Products;

namespace Marketplace.Ebay.Browse;

/// <summary>An item of the Browse API (developer.ebay.com, type Item): what our products are made of.</summary>
internal sealed record Item : Answer
{
    public override bool IsEmpty => string.IsNullOrWhiteSpace(Title);

    public string? ItemId { get; init; }

    public string? Title { get; init; }

    public string? Description { get; init; }

    public string? ShortDescription { get; init; }

    public Amount? Price { get; init; }

    /// <summary>FIXED_PRICE, AUCTION, BEST_OFFER, CLASSIFIED_AD; an auction that can be bought at once too has the first two.</summary>
    public IReadOnlyList<string?>? BuyingOptions { get; init; }

    public int? BidCount { get; init; }

    public Amount? CurrentBidPrice { get; init; }

    /// <summary>When the listing ends or ended, as <c>2035-06-01T18:30:00.000Z</c>; listings that go on until they are cancelled have none.</summary>
    public string? ItemEndDate { get; init; }

    public string? Condition { get; init; }

    public string? Brand { get; init; }

    public string? CategoryPath { get; init; }

    /// <summary>Items of a search have these instead of a path, the narrowest first.</summary>
    public IReadOnlyList<Category>? Categories { get; init; }

    public Image? Image { get; init; }

    public IReadOnlyList<Image>? AdditionalImages { get; init; }

    public string? ItemWebUrl { get; init; }

    public ItemSeller? Seller { get; init; }

    public IReadOnlyList<EstimatedAvailability>? EstimatedAvailabilities { get; init; }

    public ItemLocation? ItemLocation { get; init; }
}

/// <summary>A page of a search (type SearchPagedCollection); its items are summaries, with fewer fields.</summary>
internal sealed record SearchPage(long Total, string? Next, IReadOnlyList<Item>? ItemSummaries) : Answer
{
    /// <summary>A search that finds nothing is an answer.</summary>
    public override bool IsEmpty => false;
}

internal sealed record Category(string? CategoryName);

/// <summary>An amount, written as a string; where eBay converted it, with what it was before (type ConvertedAmount).</summary>
internal sealed record Amount(string? Value, string? Currency, string? ConvertedFromValue = null, string? ConvertedFromCurrency = null);

internal sealed record Image(string? ImageUrl);

internal sealed record ItemSeller(string? Username, int? FeedbackScore, string? FeedbackPercentage);

/// <summary>Sellers can have "more than 10 available" shown in place of the quantity: then there is a threshold, and its type is MORE_THAN.</summary>
internal sealed record EstimatedAvailability(
    string? EstimatedAvailabilityStatus, int? EstimatedAvailableQuantity, int? AvailabilityThreshold, string? AvailabilityThresholdType = null);

internal sealed record ItemLocation(string? City, string? StateOrProvince, string? Country);

[JsonSourceGenerationOptions(System.Text.Json.JsonSerializerDefaults.Web, Converters = [typeof(RepairingStringConverter)])]
[JsonSerializable(typeof(Item))]
[JsonSerializable(typeof(ItemGroup))]
[JsonSerializable(typeof(SearchPage))]
[JsonSerializable(typeof(ErrorBody))]
internal sealed partial class BrowseJson : JsonSerializerContext;
