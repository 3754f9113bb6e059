using System.Text.Json;

namespace Marketplace.Products.Search;

/// <summary>A hit.</summary>
/// <param name="Cursor">Its place; a search that goes on begins after it.</param>
/// <param name="Product">The product's JSON, as far as a list tells of it.</param>
internal readonly record struct SearchHit(string Cursor, JsonElement Product);

/// <summary>What a search found.</summary>
/// <param name="Hits">The hits wanted.</param>
/// <param name="Total">How many the marketplace says there are.</param>
/// <param name="HasMore">Whether there are hits after the last one of these.</param>
internal sealed record SearchResult(IReadOnlyList<SearchHit> Hits, long Total, bool HasMore);

/// <summary>Cuts what callers want out of pages of one size.</summary>
internal sealed class ProductSearch(SearchPages pages, TimeProvider time)
{
    /// <exception cref="ProductSourceException">The marketplace gave no answer and none is kept, or not within the limit.</exception>
    /// <exception cref="NotSupportedException">The marketplace cannot be searched.</exception>
    /// <exception cref="OperationCanceledException">The caller waits no longer.</exception>
    public async Task<SearchResult> SearchAsync(SearchRequest request, TimeSpan limit, CancellationToken cancellationToken)
    {
        try
        {
            return await SearchAsync(request).WaitAsync(limit, time, cancellationToken);
        }
        catch (TimeoutException exception)
        {
            throw ProductSourceException.TimedOut("The search did not end in time.", exception);
        }
    }

    private async Task<SearchResult> SearchAsync(SearchRequest request)
    {
        var hits = new List<SearchHit>(request.Limit);
        var offset = request.Position / SearchPages.Size * SearchPages.Size;
        var skip = request.Position - offset;
        while (true)
        {
            var page = await pages.GetAsync(request.Query, offset);
            for (; skip < page.Products.Count && hits.Count < request.Limit; skip++)
            {
                hits.Add(new SearchHit(SearchCursor.Write(offset + skip + 1), page.Products[skip]));
            }

            if (hits.Count == request.Limit || !page.HasMore)
            {
                return new SearchResult(hits, page.Total, page.HasMore || skip < page.Products.Count);
            }

            (offset, skip) = (offset + SearchPages.Size, 0);
        }
    }
}
