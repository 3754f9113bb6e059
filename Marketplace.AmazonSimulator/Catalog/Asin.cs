using System.Globalization;

namespace Marketplace.AmazonSimulator.Catalog;

/// <summary>
/// What there is behind an ASIN follows from its last three characters: <c>404</c> is not accessible, <c>405</c> is missing from every
/// answer, <c>501</c>–<c>509</c> have the offers that <see cref="ItemWriter"/> shows; everything else of ten of A–Z and 0–9 is an ordinary product.
/// </summary>
internal static class Asin
{
    /// <summary>The products that a search looks through: B000000000 and the 9,999 after it, without those that are out of the ordinary.</summary>
    public static IEnumerable<string> Listed => Enumerable.Range(0, 10_000).Where(number => number % 1000 is not (404 or 405 or (>= 501 and <= 509))).Select(number => string.Create(CultureInfo.InvariantCulture, $"B{number:D9}"));

    public static bool IsValid(string? text) => text?.Length == 10 && text.All(character => char.IsAsciiDigit(character) || char.IsAsciiLetterUpper(character));

    public static bool IsAccessible(string asin) => !asin.EndsWith("404", StringComparison.Ordinal);

    public static bool IsMissing(string asin) => asin.EndsWith("405", StringComparison.Ordinal);

    /// <summary>The same number for the same ASIN on every machine (FNV-1a).</summary>
    public static long Seed(string asin)
    {
        var hash = 14695981039346656037UL;
        foreach (var character in asin)
        {
            hash = (hash ^ character) * 1099511628211UL;
        }

        return (long)(hash >> 16);
    }
}
