namespace Marketplace.Gateway.Products;

/// <summary>The parts of a product's JSON that an answer can carry.</summary>
internal enum ProductPart : byte
{
    Id,
    Title,
    Description,
    Price,
    PriceAmount,
    PriceCurrency,
    Condition,
    Brand,
    CategoryPath,
    ImageUrls,
    ItemUrl,
    Seller,
    SellerUsername,
    SellerFeedbackScore,
    SellerFeedbackPercentage,
    Availability,
    AvailabilityStatus,
    AvailabilityQuantity,
    Location,
    Withheld,
    ExpiresAt,
    FetchedAt,
    Version,
}
