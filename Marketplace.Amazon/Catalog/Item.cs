using System.Text.Json.Serialization;

namespace Marketplace.Amazon.Catalog;

/// <summary>An item of the catalogue: what our products are made of. Any part may be missing.</summary>
internal sealed record Item(string? Asin, string? DetailPageUrl, ItemImages? Images, ItemInfo? ItemInfo, Offers? OffersV2, BrowseNodeInfo? BrowseNodeInfo);
internal sealed record BrowseNodeInfo(IReadOnlyList<BrowseNode?>? BrowseNodes);
internal sealed record BrowseNode(string? DisplayName, BrowseNode? Ancestor);
internal sealed record ItemImages(ImageSizes? Primary, IReadOnlyList<ImageSizes?>? Variants);
internal sealed record ImageSizes(Image? Large);
internal sealed record Image(string? Url);
internal sealed record ItemInfo(Leaf? Title, Leaf? Features, ByLine? ByLineInfo, Classifications? Classifications);
internal sealed record ByLine(Leaf? Brand, Leaf? Manufacturer);
internal sealed record Classifications(Leaf? ProductGroup);

/// <summary>An attribute's value, or several of them; Amazon sends strings, numbers and booleans.</summary>
internal sealed record Leaf(string? DisplayValue, IReadOnlyList<string?>? DisplayValues);
internal sealed record Offers(IReadOnlyList<Listing?>? Listings);
internal sealed record Listing(Price? Price, OfferAvailability? Availability, OfferCondition? Condition, Merchant? MerchantInfo, bool? IsBuyBoxWinner, string? Type, bool? ViolatesMap);
internal sealed record Price(Amount? Money);

/// <summary>The amount is a number in the currency's main unit, unlike eBay's strings.</summary>
internal sealed record Amount([property: JsonPropertyName("amount")] decimal? Value, string? Currency);
internal sealed record OfferAvailability(string? Type);
internal sealed record OfferCondition(string? Value);
internal sealed record Merchant(string? Name);
