using Marketplace.EbaySimulator.Samples;

namespace Marketplace.EbaySimulator.Catalog;

/// <summary>The listings a search looks through: those in stock of 10,000 ids from 110551230000 on, found by the words of their titles. eBay hides listings without stock from searches.</summary>
internal static class SearchIndex
{
    public const long First = 110_551_230_000;
    public const int Size = 10_000;

    private static readonly Lazy<(ItemId Id, string Title)[]> Entries = new(() =>
        [.. Enumerable.Range(0, Size)
            .Select(number => new ItemId(First + number, 0))
            .Where(id => id.Exists && !SampleAnswers.Has(id.Legacy) && Listings.Quantity(id) > 0)
            .Select(id => (id, Listings.Title(id)))]);

    /// <summary>The ids whose titles hold every word, in the order of their ids.</summary>
    public static ItemId[] Find(string query)
    {
        var words = query.Split([' ', ','], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return
        [
            .. Entries.Value
                .Where(entry => Array.TrueForAll(words, word => entry.Title.Contains(word, StringComparison.OrdinalIgnoreCase)))
                .Select(entry => entry.Id),
        ];
    }
}
