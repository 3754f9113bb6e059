using System.Collections.Concurrent;
using System.Diagnostics;
using Marketplace.Messaging.Contracts;
using Marketplace.Products.Outbox;
using Marketplace.Products.Redis;
using Marketplace.Products.Storage;
using Marketplace.Products.Telemetry;
using Microsoft.Extensions.Logging;
using StackExchange.Redis;

namespace Marketplace.Products.Reading;

/// <summary>Asks the marketplace, stores what it says and keeps it in Redis; one process at a time for one id.</summary>
internal sealed partial class ProductFetcher(
    IProductSource source,
    MarketplaceName marketplace,
    ProductStore store,
    RedisGuard redis,
    ProductCache cache,
    Freshness freshness,
    OutboxSignal outbox,
    ProductMetrics metrics,
    TimeProvider time,
    ILogger<ProductFetcher> logger)
{
    private const int MaxRefreshes = 64;

    // After a refresh that failed, the next one is due in this time at the soonest.
    private static readonly TimeSpan RefreshPause = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<string, byte> _refreshing = new(StringComparer.Ordinal);

    /// <summary>Fetches a product that nothing kept can stand for.</summary>
    /// <param name="id">The product's id.</param>
    /// <param name="old">What is stored, too old to be served unless the marketplace fails.</param>
    /// <exception cref="ProductSourceException">The marketplace gave no answer and there is no old one.</exception>
    /// <exception cref="DatabaseUnavailableException">The product could not be stored.</exception>
    public async ValueTask<ProductRead> FetchAsync(string id, StoredProduct? old)
    {
        await using var lease = await Lease.TakeAsync(redis, LeaseKey(id), time);

        // Whoever had the lease before has left an answer.
        if (await cache.GetAsync([id]) is [{ } entry] && IsFresh(entry))
        {
            return entry.IsAbsent ? ProductRead.Absent(ProductSource.Cache) : ProductRead.Found(ProductSource.Cache, entry.Product);
        }

        try
        {
            return await AskAsync(id);
        }
        catch (ProductSourceException exception)
        {
            // Too old, or no more than a search told of it, is better than nothing.
            var kept = old?.Content is not null ? old.ToJson() : await store.GetSummaryAsync(id, CancellationToken.None);
            if (kept is null)
            {
                throw;
            }

            metrics.Stale(exception.Code);
            return ProductRead.Found(ProductSource.Database, kept);
        }
    }

    /// <summary>Asks the marketplace whatever is kept.</summary>
    /// <exception cref="ProductSourceException">The marketplace gave no answer.</exception>
    /// <exception cref="DatabaseUnavailableException">The product could not be stored.</exception>
    public async Task<ProductRead> RefreshAsync(string id)
    {
        await using var lease = await Lease.TakeAsync(redis, LeaseKey(id), time);
        return await AskAsync(id);
    }

    /// <summary>Refreshes a product behind an answer that was given from what is kept, unless somebody does already.</summary>
    public void RefreshBehind(ReadRequest request)
    {
        if (_refreshing.Count < MaxRefreshes && _refreshing.TryAdd(request.Id, 0))
        {
            _ = RefreshIfStaleAsync(request);
        }
    }

    /// <summary>Keeps a stored product in Redis.</summary>
    public ValueTask CacheAsync(StoredProduct stored, byte[] json) => cache.SetAsync(
        stored.Id,
        CachedProduct.Write(json, freshness.FreshUntil(stored.Id, stored.FetchedAt)),
        freshness.KeptUntil(stored.Id, stored.FetchedAt));

    private async Task RefreshIfStaleAsync(ReadRequest request)
    {
        try
        {
            Activity.Current = request.Activity;
            var (mayGoOn, lease) = await Lease.TryTakeAsync(redis, LeaseKey(request.Id), time);
            await using (lease)
            {
                if (mayGoOn && !(await cache.GetAsync([request.Id]) is [{ } entry] && IsFresh(entry)))
                {
                    await AskAsync(request.Id);
                    metrics.Refreshed();
                }
            }
        }
        catch (Exception exception)
        {
            // What is kept is served on; the next answer tries again.
            Log.NotRefreshed(logger, request.Id, exception.Message);
            await Task.Delay(RefreshPause, time);
        }
        finally
        {
            _refreshing.TryRemove(request.Id, out _);
        }
    }

    private async Task<ProductRead> AskAsync(string id)
    {
        var askedAt = time.GetUtcNow();
        var product = await CallAsync(id);
        if (product is null)
        {
            await store.MarkGoneAsync(id, askedAt, CancellationToken.None);
            var until = freshness.AbsentUntil(id, askedAt);
            await cache.SetAsync(id, CachedProduct.Write([], until), until);
            return ProductRead.Absent(ProductSource.External);
        }

        var stored = await store.SaveAsync(product, CancellationToken.None);
        if (stored.Content is null)
        {
            // Asked later than this answer was given, the marketplace had it no more.
            return ProductRead.Absent(ProductSource.Database);
        }

        var json = stored.ToJson();

        // Redis first: who hears the event and reads again must not find the old one.
        await CacheAsync(stored, json);
        outbox.Notify();
        return ProductRead.Found(ProductSource.External, json);
    }

    private async Task<Product?> CallAsync(string id)
    {
        try
        {
            var product = await source.GetAsync(id, CancellationToken.None);
            metrics.Called(product is null ? "not_found" : "found");
            if (product is not null && (product.Id != id || product.Marketplace != marketplace.Value))
            {
                throw new InvalidOperationException($"{source.GetType().Name} was asked for {marketplace}/{id} and answered with {product.Marketplace}/{product.Id}.");
            }

            return product;
        }
        catch (ProductSourceException exception)
        {
            metrics.Called(exception.Code);
            throw;
        }
    }

    private RedisKey LeaseKey(string id) => $"{marketplace}:lease:{id}";

    private bool IsFresh(CachedProduct entry) => entry.IsAbsent || entry.FreshUntil > time.GetUtcNow().ToUnixTimeMilliseconds();

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Debug, Message = "{Id} was not refreshed: {Reason}")]
        public static partial void NotRefreshed(ILogger logger, string id, string reason);
    }
}
