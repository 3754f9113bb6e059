using System.Text.Json.Serialization;

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

    /// <summary>Auctions have this instead of a price.</summary>
    public Amount? CurrentBidPrice { get; init; }

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

/// <summary>eBay writes amounts as strings.</summary>
internal sealed record Amount(string? Value, string? Currency);

internal sealed record Image(string? ImageUrl);

internal sealed record ItemSeller(string? Username, int? FeedbackScore, string? FeedbackPercentage);

internal sealed record EstimatedAvailability(string? EstimatedAvailabilityStatus, int? EstimatedAvailableQuantity, int? AvailabilityThreshold);

internal sealed record ItemLocation(string? City, string? StateOrProvince, string? Country);

[JsonSourceGenerationOptions(System.Text.Json.JsonSerializerDefaults.Web, Converters = [typeof(RepairingStringConverter)])]
[JsonSerializable(typeof(Item))]
[JsonSerializable(typeof(ItemGroup))]
[JsonSerializable(typeof(SearchPage))]
[JsonSerializable(typeof(ErrorBody))]
internal sealed partial class BrowseJson : JsonSerializerContext;
