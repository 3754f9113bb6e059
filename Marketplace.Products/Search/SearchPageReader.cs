using System.Globalization;
using System.Text.Json;
using Marketplace.Contracts;
using Marketplace.Products.Reading;
using Marketplace.Products.Redis;
using Marketplace.Products.Storage;
using Marketplace.Products.Telemetry;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using StackExchange.Redis;

namespace Marketplace.Products.Search;

/// <summary>
/// Pages of search results: from Redis, else from the marketplace, which is asked by one process at a time for one page.
/// A stale page is served only when the marketplace fails. The products found are stored as summaries.
/// </summary>
internal sealed partial class SearchPageReader(
    IProductSource source,
    SourceReader calls,
    MarketplaceName marketplace,
    RedisGuard redis,
    LeasedCache cache,
    ProductStore store,
    ProductMetrics metrics,
    IOptions<ProductOptions> options,
    TimeProvider time,
    ILogger<SearchPageReader> logger)
{
    /// <summary>A stale page is kept for this many times as long as it is fresh.</summary>
    private const int KeptTimes = 10;

    private readonly ServiceRequestCoalescer<(ProductPage Page, ProductSource From)> _reads = new(time);
    private readonly TimeSpan _freshFor = options.Value.SearchFreshFor;

    /// <summary>How many hits a page has: one size whatever limit a caller has, so that all share the cached pages.</summary>
    public int Size { get; } = calls.SearchPageSize;

    /// <param name="query">What to search for.</param>
    /// <param name="filter">What hits must meet.</param>
    /// <param name="offset">A multiple of <see cref="Size"/>.</param>
    /// <param name="limit">How long the caller waits.</param>
    /// <param name="leaving">The caller waits no longer, and the marketplace is not asked when no other does.</param>
    /// <exception cref="ProductSourceException">The marketplace gave no answer and no page is cached.</exception>
    /// <exception cref="NotSupportedException">The marketplace cannot be searched.</exception>
    public Task<(ProductPage Page, ProductSource From)> GetAsync(string query, SearchFilter filter, int offset, TimeSpan limit, CancellationToken leaving)
    {
        if (offset >= source.SearchEnd)
        {
            return Task.FromResult((new ProductPage([], source.SearchEnd, HasMore: false), ProductSource.Cache));
        }

        var key = string.Create(CultureInfo.InvariantCulture, $"{offset}{filter.Key}:{query}");
        if (_reads.Join(key, Timeout.InfiniteTimeSpan, leaving, out var page) is { } work)
        {
            _ = _reads.CompleteAsync(work, abandoned => LoadAsync(key, query, filter, offset, limit, abandoned));
        }
        else
        {
            metrics.Joined();
        }

        return page;
    }

    private async Task<(ProductPage Page, ProductSource From)> LoadAsync(string key, string query, SearchFilter filter, int offset, TimeSpan limit, CancellationToken abandoned)
    {
        // A cluster would take what stands between braces for the key's hash tag.
        RedisKey entryKey = $"{marketplace}:search:{key.Replace("%", "%25", StringComparison.Ordinal).Replace("{", "%7B", StringComparison.Ordinal).Replace("}", "%7D", StringComparison.Ordinal)}";
        var value = await redis.TryAsync(static (database, key) => database.StringGetAsync(key), entryKey);
        if (CachedProduct.TryRead((ReadOnlyMemory<byte>)value, out var cached) && cached.FreshUntil > time.GetUtcNow().ToUnixTimeMilliseconds() && Read(cached) is { } page)
        {
            return Count(ProductSource.Cache, page);
        }

        var (entry, isFresh, lease) = await cache.TakeAsync(entryKey, evenIfFresh: false, cancellationToken: abandoned);
        await using (lease)
        {
            var old = Read(entry);
            if (isFresh && old is not null)
            {
                return Count(ProductSource.Cache, old);
            }

            try
            {
                return Count(ProductSource.External, await AskAsync(entryKey, query, filter, offset, limit, lease, abandoned));
            }
            catch (ProductSourceException exception) when (old is not null)
            {
                metrics.Stale(exception.Code);
                return Count(ProductSource.Cache, old);
            }
        }
    }

    // Framed as a cached product is: the soft expiry inside, the hard one on the key. No page when another version wrote another form.
    private static ProductPage? Read(CachedProduct? entry)
    {
        try
        {
            return entry is { IsAbsent: false } found ? JsonSerializer.Deserialize(found.Product.Span, SearchJson.Default.ProductPage) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private async Task<ProductPage> AskAsync(RedisKey key, string query, SearchFilter filter, int offset, TimeSpan limit, CacheLease? lease, CancellationToken abandoned)
    {
        var answer = await calls.SearchAsync(query, filter, offset, Size, limit, abandoned);
        var page = JsonSerializer.SerializeToUtf8Bytes(answer, SearchJson.Default.ProductPage);
        var now = time.GetUtcNow();
        var expiresAt = answer.Products.Min(product => product.ExpiresAt) ?? DateTimeOffset.MaxValue;
        await cache.WriteAsync(key, CachedProduct.Write(page, Earlier(now + _freshFor, expiresAt)), Earlier(now + (_freshFor * KeptTimes), expiresAt), lease);
        _ = StoreAsync(answer.Products); // the answer does not wait for it
        return answer;
    }

    private static DateTimeOffset Earlier(DateTimeOffset time, DateTimeOffset other) => time < other ? time : other;

    private async Task StoreAsync(IReadOnlyList<Product> products)
    {
        try
        {
            await store.SaveSummariesAsync([.. products.Select(Kept).OfType<Product>()], CancellationToken.None);
        }
        catch (Exception exception)
        {
            Log.NotStored(logger, exception.Message);
        }
    }

    private Product? Kept(Product product) =>
        ProductId.IsValid(product.Id) && source.IsValidId(product.Id) ? product with { Id = source.CanonicalId(product.Id) } : null;

    private (ProductPage Page, ProductSource From) Count(ProductSource from, ProductPage page)
    {
        metrics.Searched(from);
        return (page, from);
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Debug, Message = "The products of a search were not stored: {Reason}")]
        public static partial void NotStored(ILogger logger, string reason);
    }
}
