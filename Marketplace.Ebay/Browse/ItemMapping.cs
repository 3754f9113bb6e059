using System.Globalization;
using Marketplace.Contracts;
using Marketplace.Products;

namespace Marketplace.Ebay.Browse;

/// <summary>Makes products of eBay's items.</summary>
internal static class ItemMapping
{
    public const string Marketplace = "ebay";

    /// <param name="item">eBay's item.</param>
    /// <param name="id">The id asked for, which the product keeps.</param>
    /// <param name="fetchedAt">When eBay was asked.</param>
    /// <returns>The product, or <c>null</c> when the item lacks what a product cannot be without.</returns>
    public static Product? ToProduct(this Item item, string id, DateTimeOffset fetchedAt)
    {
        if (string.IsNullOrWhiteSpace(item.Title))
        {
            return null;
        }

        var price = IsOnlyAuctioned(item) ? null : item.Price;
        var endsAt = Time(item.ItemEndDate);
        return new Product
        {
            Id = id,
            Ids = ItemIds.All(id, item.ItemId),
            Marketplace = Marketplace,
            Title = item.Title,
            Description = item.Description.NotEmpty() ?? item.ShortDescription.NotEmpty(),
            Price = Money(price),
            PriceConvertedFrom = ConvertedFrom(price),
            BuyingOptions = item.BuyingOptions is { Count: > 0 } ? [.. item.BuyingOptions.OfType<string>()] : null,
            BidCount = item.BidCount,
            CurrentBidPrice = Money(item.CurrentBidPrice),
            CurrentBidPriceConvertedFrom = ConvertedFrom(item.CurrentBidPrice),
            EndsAt = endsAt,
            Condition = item.Condition.NotEmpty(),
            Brand = item.Brand.NotEmpty(),
            CategoryPath = item.CategoryPath.NotEmpty() ?? Path(item.Categories),
            ImageUrls = Images(item),
            ItemUrl = item.ItemWebUrl.NotEmpty(),
            Seller = Seller(item.Seller),
            Availability = endsAt <= fetchedAt ? new Availability(Contracts.Availability.Ended, null) : Availability(item.EstimatedAvailabilities),
            Location = Location(item.ItemLocation),
            FetchedAt = fetchedAt,
        };
    }

    // The price that some auctions have is then no more than their highest bid.
    private static bool IsOnlyAuctioned(Item item) => item.BuyingOptions is { } options && options.Contains("AUCTION") && !options.Contains("FIXED_PRICE");

    private static DateTimeOffset? Time(string? text) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time) ? time : null;

    private static Money? ConvertedFrom(Amount? amount) =>
        Money(amount) is null ? null : Money(new Amount(amount!.ConvertedFromValue, amount.ConvertedFromCurrency));

    private static Money? Money(Amount? amount) =>
        amount is { Value: { } value, Currency: { Length: 3 } currency }
        && decimal.TryParse(value, NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            ? new Money(number, currency)
            : null;

    private static string? Path(IReadOnlyList<Category>? categories) =>
        string.Join('|', (categories ?? []).Select(category => category.CategoryName).Where(name => !string.IsNullOrWhiteSpace(name)).Reverse()).NotEmpty();

    private static string[] Images(Item item) =>
        [.. (item.AdditionalImages ?? []).Prepend(item.Image).Select(image => image?.ImageUrl.NotEmpty()).OfType<string>().Distinct(StringComparer.Ordinal)];

    private static Seller? Seller(ItemSeller? seller) =>
        seller?.Username.NotEmpty() is not { } username ? null : new Seller(
            username,
            seller!.FeedbackScore,
            decimal.TryParse(seller.FeedbackPercentage, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var percentage) && percentage <= 100 ? percentage : null);

    private static Availability? Availability(IReadOnlyList<EstimatedAvailability>? estimates) =>
        estimates is [{ EstimatedAvailabilityStatus: { Length: > 0 } status } estimate, ..]
            ? new Availability(status, estimate.EstimatedAvailableQuantity, estimate.AvailabilityThresholdType == "MORE_THAN" ? estimate.AvailabilityThreshold : null)
            : null;

    private static string? Location(ItemLocation? location) =>
        location is null ? null : string.Join(", ", new[] { location.City, location.StateOrProvince, location.Country }.Where(part => !string.IsNullOrWhiteSpace(part))).NotEmpty();
}
