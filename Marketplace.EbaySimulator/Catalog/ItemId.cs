using System.Globalization;

namespace Marketplace.EbaySimulator.Catalog;

/// <summary>
/// An item's id: <c>v1|{legacy id}|{variation}</c>, the variation 0 where the listing has none.
/// What exists follows from the legacy id alone: 1–15 digits without a leading zero are a listing, unless they end in
/// <c>404</c> to <c>408</c>, which eBay refuses in the ways it has for it; those that end in <c>600</c> or <c>601</c> are a group of variations 1–3.
/// </summary>
internal readonly record struct ItemId(long Legacy, int Variation)
{
    public const int Variations = 3;

    public bool Exists => Legacy % 1000 is not (>= 404 and <= 408) && (IsGroup ? Variation is >= 1 and <= Variations : Variation == 0);

    public bool IsGroup => Legacy % 1000 is 600 or 601;

    public static bool TryParseLegacy(ReadOnlySpan<char> text, out long legacy)
    {
        legacy = 0;
        return text.Length is >= 1 and <= 15
            && text[0] is not '0'
            && long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out legacy);
    }

    public static bool TryParse(string text, out ItemId id)
    {
        id = default;
        if (text.Split('|') is not ["v1", var listing, var variation]
            || !TryParseLegacy(listing, out var legacy)
            || !int.TryParse(variation, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        {
            return false;
        }

        id = new ItemId(legacy, number);
        return true;
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"v1|{Legacy}|{Variation}");
}
