namespace Marketplace.Ebay.Browse;

/// <summary>
/// eBay's ids (developer.ebay.com/api-docs/buy/static/api-browse.html, "Item IDs"): an item's is <c>v1|{listing}|{variation}</c>, the
/// variation 0 where the listing has none; the listing's number alone is its legacy id. A listing with variations has no item <c>v1|{listing}|0</c>.
/// </summary>
internal static class ItemIds
{
    private const string Prefix = "v1|";
    private const string NoVariation = "|0";

    /// <summary>More digits than eBay uses: as many as a 64-bit number can always hold.</summary>
    private const int MaxDigits = 18;

    /// <summary>The id under which a listing or an item is kept: the legacy id in place of <c>v1|{listing}|0</c>, else the id itself; <c>null</c> when it cannot be eBay's.</summary>
    public static string? Canonical(string id)
    {
        if (!id.StartsWith(Prefix, StringComparison.Ordinal))
        {
            return IsNumber(id) ? id : null;
        }

        var separator = id.IndexOf('|', Prefix.Length);
        return separator < 0 || !IsNumber(id.AsSpan(Prefix.Length, separator - Prefix.Length)) ? null
            : id.AsSpan(separator).SequenceEqual(NoVariation) ? id[Prefix.Length..separator]
            : IsNumber(id.AsSpan(separator + 1)) ? id
            : null;
    }

    /// <summary>Whether it is an item's id, not a listing's.</summary>
    public static bool IsItemId(string id) => id.StartsWith(Prefix, StringComparison.Ordinal) && Canonical(id) is not null;

    /// <summary>All ids of what eBay answered with; <c>null</c> where there is only one.</summary>
    /// <param name="id">The id it was asked for by.</param>
    /// <param name="itemId">The id that the item has, which is a variation's where the listing has variations.</param>
    public static IReadOnlyList<string>? All(string id, string? itemId) =>
        Canonical(id) is not { } listing || !IsNumber(listing) || itemId is null ? null
        : Canonical(itemId) == listing ? [listing, $"{Prefix}{listing}{NoVariation}"]
        : [listing];

    private static bool IsNumber(ReadOnlySpan<char> text) =>
        text.Length is > 0 and <= MaxDigits && text[0] != '0' && !text.ContainsAnyExceptInRange('0', '9');
}
