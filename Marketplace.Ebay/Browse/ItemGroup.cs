using System.Globalization;

namespace Marketplace.Ebay.Browse;

/// <summary>The variations of a listing (type ItemGroup). A description that several share is kept once beside them.</summary>
internal sealed record ItemGroup(IReadOnlyList<CommonDescription>? CommonDescriptions, IReadOnlyList<Item>? Items) : Answer
{
    public override bool IsEmpty => Items is null or [];

    /// <summary>
    /// The variation that stands for the listing: of those in stock, else of all, the cheapest, and of equal ones that with the least id in
    /// ordinal order. eBay's order does not matter, so it is the same one each time. <c>null</c> when no item has a title.
    /// </summary>
    public Item? Representative
    {
        get
        {
            var item = (Items ?? [])
                .Where(item => !string.IsNullOrWhiteSpace(item.Title))
                .OrderBy(item => item.EstimatedAvailabilities is [{ EstimatedAvailabilityStatus: "IN_STOCK" or "LIMITED_STOCK" }, ..] ? 0 : 1)
                .ThenBy(item => Price(item.Price))
                .ThenBy(item => item.ItemId, StringComparer.Ordinal)
                .FirstOrDefault();
            return item is null || !string.IsNullOrWhiteSpace(item.Description)
                ? item
                : item with { Description = CommonDescriptions?.FirstOrDefault(common => common.ItemIds?.Contains(item.ItemId) == true)?.Description };
        }
    }

    private static decimal Price(Amount? amount) =>
        decimal.TryParse(amount?.Value, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var price) ? price : decimal.MaxValue;
}

internal sealed record CommonDescription(string? Description, IReadOnlyList<string?>? ItemIds);
