namespace Marketplace.AmazonSimulator.Catalog;

/// <summary>Finds the listed products by the words of their titles.</summary>
internal static class SearchIndex
{
    private static readonly Lazy<(string Asin, string Title)[]> Entries = new(() => [.. Asin.Listed.Select(asin => (asin, ItemWriter.Title(asin)))]);

    /// <summary>Those whose titles hold every word, in the order of their ASINs.</summary>
    public static string[] Find(string keywords)
    {
        var words = keywords.Split([' ', ','], StringSplitOptions.RemoveEmptyEntries);
        return [.. Entries.Value.Where(entry => Array.TrueForAll(words, word => entry.Title.Contains(word, StringComparison.OrdinalIgnoreCase))).Select(entry => entry.Asin)];
    }
}
