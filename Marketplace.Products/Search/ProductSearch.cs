using Marketplace.Contracts;

namespace Marketplace.Products.Search;

/// <summary>Answers searches of any limit and cursor from pages of one size.</summary>
internal sealed class ProductSearch(SearchPageReader pages, TimeProvider time)
{
    /// <summary>How many pages one search reads: all that the largest limit can need, and one more for hits that are no products.</summary>
    private readonly int _maxPages = (ProductSearchQuery.MaxLimit / pages.Size) + 2;

    /// <returns>What was found, and how many calls to the marketplace it took.</returns>
    /// <exception cref="ProductSourceException">The marketplace gave no answer and no page is cached, or not within the limit.</exception>
    /// <exception cref="NotSupportedException">The marketplace cannot be searched.</exception>
    /// <exception cref="OperationCanceledException">The caller waits no longer.</exception>
    public async Task<(ProductSearchResult Found, int Calls)> SearchAsync(ProductSearchQuery query, TimeSpan limit, CancellationToken cancellationToken)
    {
        using var late = new CancellationTokenSource(limit, time);
        using var leaving = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, late.Token);
        try
        {
            return await SearchPagesAsync(query, limit, leaving.Token);
        }
        catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            throw ProductSourceException.TimedOut("The search did not end in time.", exception);
        }
    }

    private async Task<(ProductSearchResult Found, int Calls)> SearchPagesAsync(ProductSearchQuery query, TimeSpan limit, CancellationToken leaving)
    {
        var hits = new List<ProductHit>(query.Limit);
        var offset = query.Position / pages.Size * pages.Size;
        var calls = 0;
        var skip = query.Position - offset;
        for (var read = 1; ; read++)
        {
            var (page, from) = await pages.GetAsync(query.Text, query.Filter, offset, limit, leaving);
            calls += from == ProductSource.External ? 1 : 0;
            for (; skip < page.Products.Count && hits.Count < query.Limit; skip++)
            {
                hits.Add(new ProductHit(SearchCursor.Write(offset + skip + 1), page.Products[skip]));
            }

            if (hits.Count == query.Limit || !page.HasMore)
            {
                return (new ProductSearchResult(hits, page.Total, page.HasMore || skip < page.Products.Count), calls);
            }

            (offset, skip) = (offset + pages.Size, 0);
            if (read == _maxPages)
            {
                // The next search goes on after these pages, which is after the last hit; without a hit there is nothing to go on from.
                if (hits is [.., var last])
                {
                    hits[^1] = last with { Cursor = SearchCursor.Write(offset) };
                }

                return (new ProductSearchResult(hits, page.Total, hits.Count > 0), calls);
            }
        }
    }
}
