using CsCheck;
using Marketplace.Contracts;

namespace Marketplace.Tests.Products;

/// <summary>Products of every kind.</summary>
internal static class Products
{
    public static readonly Gen<string> Id = Gen.Char["ABCabc019|_-.:"].Array[1, 128].Select(characters => new string(characters));

    private static readonly Gen<string?> Text = Gen.String.Select(WithoutHalfCharacters).Null()!;

    public static readonly Gen<Product> Any = Gen.Select(
        Gen.Select(Id, Gen.String.Select(WithoutHalfCharacters), Text, Text),
        Gen.Select(Text, Text, Text, Gen.String.Select(WithoutHalfCharacters).Array[0, 4]),
        Gen.Select(Gen.Decimal[0, 1_000_000], Gen.Int.Nullable(), Gen.Bool),
        (texts, more, numbers) => new Product
        {
            Id = texts.Item1,
            Marketplace = "ebay",
            Title = texts.Item2,
            Description = texts.Item3,
            Brand = texts.Item4,
            Condition = more.Item1,
            ItemUrl = more.Item2,
            Location = more.Item3,
            ImageUrls = more.Item4,
            Ids = numbers.Item3 ? [texts.Item1, "other"] : null,
            Price = numbers.Item3 ? new Money(numbers.Item1, "EUR") : null,
            PriceConvertedFrom = numbers.Item3 ? new Money(numbers.Item1, "GBP") : null,
            BuyingOptions = numbers.Item3 ? ["AUCTION", "FIXED_PRICE"] : null,
            BidCount = numbers.Item2,
            CurrentBidPrice = numbers.Item3 ? null : new Money(numbers.Item1, "USD"),
            EndsAt = numbers.Item3 ? new DateTimeOffset(2026, 4, 1, 0, 0, 0, TimeSpan.Zero) : null,
            Seller = numbers.Item3 ? new Seller("someone", numbers.Item2, 99.5m) : null,
            Availability = new Availability("IN_STOCK", numbers.Item2),
            FetchedAt = new DateTimeOffset(2026, 3, 1, 0, 0, 0, TimeSpan.Zero),
        });

    // Half of a surrogate pair is no text, and JSON cannot carry it.
    private static string WithoutHalfCharacters(string text) => string.Concat(text.Where(character => !char.IsSurrogate(character)));
}
