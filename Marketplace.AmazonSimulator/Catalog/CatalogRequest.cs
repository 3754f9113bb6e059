namespace Marketplace.AmazonSimulator.Catalog;

/// <summary>The body of getItems and searchItems, as far as it is looked at.</summary>
internal sealed record CatalogRequest(string? PartnerTag, string[]? Resources, string?[]? ItemIds, string? Keywords, int? ItemCount, int? ItemPage,
    long? MinPrice, long? MaxPrice, string? Condition, string? Availability);

/// <summary>The parts of items that can be asked for (Amazon's SDK, GetItemsResource; searchRefinements is searchItems' alone).</summary>
internal static class ItemResources
{
    private static readonly HashSet<string> All = new(
        (string[])
        [
            "browseNodeInfo.browseNodes", "browseNodeInfo.browseNodes.ancestor", "browseNodeInfo.browseNodes.salesRank", "browseNodeInfo.websiteSalesRank",
            "customerReviews.count", "customerReviews.starRating", "parentASIN", "searchRefinements",
            .. Group("images.primary", "small", "medium", "large", "highRes"), .. Group("images.variants", "small", "medium", "large", "highRes"),
            .. Group("itemInfo", "byLineInfo", "contentInfo", "contentRating", "classifications", "externalIds", "features", "manufactureInfo", "productInfo", "technicalInfo", "title", "tradeInInfo"),
            .. Group("offersV2.listings", "availability", "condition", "dealDetails", "isBuyBoxWinner", "loyaltyPoints", "merchantInfo", "price", "type"),
        ],
        StringComparer.Ordinal);

    public static bool Exists(string name) => All.Contains(name);

    private static IEnumerable<string> Group(string prefix, params string[] names) => names.Select(name => $"{prefix}.{name}");
}
