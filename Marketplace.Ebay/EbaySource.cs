using System.Net;
using Marketplace.Contracts;
using Marketplace.Ebay.Browse;
using Marketplace.Products;

namespace Marketplace.Ebay;

/// <summary>eBay as a source of products.</summary>
internal sealed class EbaySource(BrowseClient browse, GuardedCalls calls, QuotaPause quota) : IProductSource
{
    /// <summary>"Wait a few minutes and try the call again" (Browse API, error 11004).</summary>
    private static readonly TimeSpan FewMinutes = TimeSpan.FromMinutes(3);

    /// <inheritdoc/>
    public TimeZoneInfo CallsDay => PacificTime.Zone;

    /// <inheritdoc/>
    public int SearchEnd => 10_000;

    /// <inheritdoc/>
    public bool IsValidId(string id) => ItemIds.Canonical(id) is not null;

    /// <inheritdoc/>
    public string CanonicalId(string id) => ItemIds.Canonical(id) ?? id;

    /// <inheritdoc/>
    public Task<Product?> GetAsync(string id, CancellationToken cancellationToken) => AskAsync(
        async askedAt =>
        {
            var item = await browse.GetItemAsync(id, cancellationToken);
            return item is null
                ? null
                : item.ToProduct(id, askedAt) ?? throw ProductSourceException.Unavailable("eBay answered with an item that has no title.");
        },
        cancellationToken);

    /// <inheritdoc/>
    public Task<ProductPage> SearchAsync(string query, SearchFilter filter, int offset, int limit, CancellationToken cancellationToken) => AskAsync(
        async askedAt =>
        {
            var page = await browse.SearchAsync(query, filter, offset, limit, cancellationToken);
            var products = (page.ItemSummaries ?? []).Where(item => ProductId.IsValid(item.ItemId)).Select(item => item.ToProduct(item.ItemId!, askedAt)).OfType<Product>();
            return new ProductPage([.. products], page.Total, page.Next is not null && offset + limit < SearchEnd);
        },
        cancellationToken);

    private Task<T> AskAsync<T>(Func<DateTimeOffset, Task<T>> ask, CancellationToken cancellationToken) => calls.AskAsync(async askedAt =>
    {
        try
        {
            return await ask(askedAt);
        }
        catch (BrowseException exception) when (exception.Status == HttpStatusCode.TooManyRequests)
        {
            throw await quota.RateLimitedAsync(exception, cancellationToken);
        }
        catch (BrowseException exception) when (exception.SearchRefusal is { } reason)
        {
            throw ProductSourceException.Refused($"eBay refuses this search: {reason}", exception);
        }
        catch (BrowseException exception) when (exception.IsBeingChanged)
        {
            throw ProductSourceException.Unavailable("The listing is being changed; eBay shows it again in a few minutes.", FewMinutes, exception);
        }
    });
}
