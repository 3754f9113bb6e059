using System.Globalization;
using Marketplace.Messaging.Contracts;
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
/// A page that is no longer fresh is answered only when the marketplace fails. What was found is stored as summaries.
/// </summary>
internal sealed partial class SearchPages(
    IProductSource source,
    MarketplaceName marketplace,
    RedisGuard redis,
    ProductStore store,
    ProductMetrics metrics,
    IOptions<ProductOptions> options,
    TimeProvider time,
    ILogger<SearchPages> logger)
{
    /// <summary>How many hits a page has: callers' limits differ, and this way they share what is kept.</summary>
    public const int Size = 50;

    private const int KeptTimes = 10;

    private readonly Flights<FoundPage> _flights = new();
    private readonly TimeSpan _freshFor = options.Value.SearchFreshFor;

    /// <param name="query">What to search for.</param>
    /// <param name="offset">A multiple of <see cref="Size"/>.</param>
    /// <exception cref="ProductSourceException">The marketplace gave no answer and none is kept.</exception>
    /// <exception cref="NotSupportedException">The marketplace cannot be searched.</exception>
    public Task<FoundPage> GetAsync(string query, int offset)
    {
        var key = string.Create(CultureInfo.InvariantCulture, $"{offset}:{query}");
        if (_flights.Board(key, out var page))
        {
            _ = LandAsync(key, query, offset);
        }
        else
        {
            metrics.Joined();
        }

        return page;
    }

    private async Task LandAsync(string key, string query, int offset)
    {
        try
        {
            _flights.Land(key, await LoadAsync(key, query, offset));
        }
        catch (Exception exception)
        {
            _flights.Fail(key, exception);
        }
    }

    private async Task<FoundPage> LoadAsync(string key, string query, int offset)
    {
        RedisKey kept = $"{marketplace}:search:{key}";
        if (await ReadAsync(kept) is { IsFresh: true, Page: var found })
        {
            return Count(ProductSource.Cache, found);
        }

        await using var lease = await Lease.TakeAsync(redis, $"{marketplace}:search-lease:{key}", time);
        var old = await ReadAsync(kept); // whoever had the lease before has left an answer
        if (old is { IsFresh: true })
        {
            return Count(ProductSource.Cache, old.Value.Page);
        }

        try
        {
            return Count(ProductSource.External, await AskAsync(kept, query, offset));
        }
        catch (ProductSourceException exception) when (old is not null)
        {
            metrics.Stale(exception.Code);
            return Count(ProductSource.Cache, old.Value.Page);
        }
    }

    private async ValueTask<(bool IsFresh, FoundPage Page)?> ReadAsync(RedisKey key)
    {
        // Framed as a cached product is: the soft expiry inside, the hard one on the key.
        var value = await redis.TryAsync(static (database, key) => database.StringGetAsync(key), key);
        return CachedProduct.TryRead((ReadOnlyMemory<byte>)value, out var entry) && FoundPage.TryRead(entry.Product.Span) is { } page
            ? (entry.FreshUntil > time.GetUtcNow().ToUnixTimeMilliseconds(), page)
            : null;
    }

    private async Task<FoundPage> AskAsync(RedisKey key, string query, int offset)
    {
        ProductPage answer;
        try
        {
            answer = await source.SearchAsync(query, offset, Size, CancellationToken.None);
            metrics.Called("found");
        }
        catch (ProductSourceException exception)
        {
            metrics.Called(exception.Code);
            throw;
        }

        var page = FoundPage.Write(answer);
        await redis.TryAsync(
            static (database, item) => database.StringSetAsync(item.Key, item.Entry, item.Expiry),
            (Key: key, Entry: (RedisValue)CachedProduct.Write(page, time.GetUtcNow() + _freshFor), Expiry: _freshFor * KeptTimes));
        _ = StoreAsync(answer.Products); // nobody waits for it
        return FoundPage.TryRead(page)!;
    }

    private async Task StoreAsync(IReadOnlyList<Product> products)
    {
        try
        {
            await store.SaveSummariesAsync([.. products.Where(product => ProductId.IsValid(product.Id))], CancellationToken.None);
        }
        catch (Exception exception)
        {
            Log.NotStored(logger, exception.Message);
        }
    }

    private FoundPage Count(ProductSource from, FoundPage page)
    {
        metrics.Searched(from);
        return page;
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Debug, Message = "What a search found was not stored: {Reason}")]
        public static partial void NotStored(ILogger logger, string reason);
    }
}
