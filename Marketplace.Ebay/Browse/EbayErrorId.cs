namespace Marketplace.Ebay.Browse;

/// <summary>
/// What eBay's error ids say, whatever the status they come with: the OpenAPI document of the Browse API puts 11001 and 11003 under 400, the
/// live service answers 404, and the document lists 11001, 11002 and 11004 also among the warnings of a 200.
/// </summary>
internal static class EbayErrorId
{
    public const long RequestLimit = 2001;
    public const long LegacyIdIsGroup = 11006;

    /// <summary>Item, group and legacy id not found; item ids and group ids invalid.</summary>
    public static bool IsAbsent(long id) => id is 11001 or 11002 or 11003 or 11012 or 11013;

    /// <summary>The item, or the group, is not available while its seller changes it: "Wait a few minutes and try the call again."</summary>
    public static bool IsBeingChanged(long id) => id is 11004 or 11008;

    /// <summary>
    /// A search whose words eBay refuses: none that it can use (12001), too many hits for it (12023), words too short (12516) and their kind.
    /// The others of search's errors are about what we add: offset and limit, the site, the field groups.
    /// </summary>
    public static bool IsSearchRefused(long id) => id is > 12000 and < 13000 and not ((>= 12004 and <= 12007) or 12019 or 12020 or 12029 or 12515);
}
