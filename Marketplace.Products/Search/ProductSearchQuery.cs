using System.Diagnostics.CodeAnalysis;
using Marketplace.Contracts;

namespace Marketplace.Products.Search;

/// <summary>A valid search.</summary>
/// <param name="Text">What to search for: 1–300 characters, with single spaces only.</param>
/// <param name="Filter">What hits must meet.</param>
/// <param name="Position">How many hits are skipped.</param>
/// <param name="Limit">How many hits are wanted: 1–100.</param>
internal sealed record ProductSearchQuery(string Text, SearchFilter Filter, int Position, int Limit)
{
    public const int MaxLimit = 100;
    public const int DefaultLimit = 20;

    /// <param name="query">What to search for.</param>
    /// <param name="filter">What hits must meet.</param>
    /// <param name="limit">How many hits at most.</param>
    /// <param name="cursor">The cursor of the hit to begin after; nothing for the first one.</param>
    /// <param name="search">The search.</param>
    /// <param name="problem">What is wrong, when something is.</param>
    public static bool TryCreate(string? query, SearchFilter filter, int limit, string? cursor, [NotNullWhen(true)] out ProductSearchQuery? search, [NotNullWhen(false)] out string? problem)
    {
        query = string.Join(' ', (query ?? "").Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        problem = query.Length is 0 or > SearchRules.MaxQueryLength ? $"The query must have 1-{SearchRules.MaxQueryLength} characters other than spaces."
            : limit is < 1 or > MaxLimit ? $"The limit must be 1-{MaxLimit}."
            : !SearchCursor.TryRead(cursor, out _) ? "The cursor must be that of a hit."
            : filter.Problem;
        SearchCursor.TryRead(cursor, out var position);
        search = problem is null ? new ProductSearchQuery(query, filter, position, limit) : null;
        return problem is null;
    }
}
