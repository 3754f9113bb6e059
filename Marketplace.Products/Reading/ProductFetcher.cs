using System.Collections.Concurrent;
using System.Diagnostics;
using Marketplace.Contracts;
using Marketplace.Products.Outbox;
using Marketplace.Products.Redis;
using Marketplace.Products.Storage;
using Marketplace.Products.Telemetry;
using Microsoft.Extensions.Logging;

namespace Marketplace.Products.Reading;

/// <summary>Asks the marketplace, stores its answer in Postgres and caches it in Redis; one process at a time for one id.</summary>
internal sealed partial class ProductFetcher(
    SourceReader calls,
    ProductStore store,
    StoragePause pause,
    ServiceProductCache cache,
    OutboxSignal outbox,
    ProductMetrics metrics,
    TimeProvider time,
    ILogger<ProductFetcher> logger)
{
    private const int MaxRefreshes = 64;

    /// <summary>After a refresh failed, the next one begins no sooner.</summary>
    private static readonly TimeSpan RefreshCooldown = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<string, byte> _refreshing = new(StringComparer.Ordinal);

    /// <summary>Fetches a product that is neither cached nor stored, or stored too long ago.</summary>
    /// <param name="request">The request.</param>
    /// <param name="old">The stored one, served only when the marketplace fails.</param>
    /// <param name="expected">What others that ask wait for until this one asks, too.</param>
    /// <param name="abandoned">Nobody waits any more: the marketplace is not asked. An answer that it was asked for is kept.</param>
    /// <exception cref="ProductSourceException">The marketplace gave no answer and there is no old one.</exception>
    /// <exception cref="DatabaseUnavailableException">The product could not be stored.</exception>
    public async Task<ProductRead> FetchAsync(ReadRequest request, StoredProduct? old, ExpectedRead? expected, CancellationToken abandoned)
    {
        var id = request.Id;
        var (entry, isFresh, lease) = await cache.TakeLeaseAsync(id, evenIfFresh: false, expected, abandoned);
        if (isFresh)
        {
            return ProductRead.Cached(entry!.Value);
        }

        await using (lease)
        {
            try
            {
                return await AskAsync(id, lease, request.Limit, isRefresh: false, abandoned, expected);
            }
            catch (ProductSourceException exception)
            {
                // An old product, or the summary of a search, is better than none: the part of it that may be shown still.
                var kept = old?.Within(calls.Retention, time.GetUtcNow())?.ToJsonAt(time.GetUtcNow()) ?? await store.GetSummaryAsync(id, CancellationToken.None);
                if (kept is null)
                {
                    throw;
                }

                metrics.Stale(exception.Code);
                return ProductRead.Found(ProductSource.Database, kept);
            }
        }
    }

    /// <summary>Asks the marketplace although the product is cached.</summary>
    /// <exception cref="ProductSourceException">The marketplace gave no answer.</exception>
    /// <exception cref="DatabaseUnavailableException">The product could not be stored.</exception>
    public async Task<ProductRead> RefreshAsync(string id, TimeSpan limit, CancellationToken abandoned)
    {
        await store.WaitForSchemaAsync(limit, abandoned);
        await store.CheckAsync(abandoned);
        var attempt = await cache.TakeLeaseAsync(id, evenIfFresh: true, cancellationToken: abandoned);
        await using (attempt.Lease)
        {
            return await AskAsync(id, attempt.Lease, limit, isRefresh: false, abandoned);
        }
    }

    /// <summary>Refreshes a stale product in the background, unless a refresh of it is under way.</summary>
    public void RefreshInBackground(ReadRequest request)
    {
        if (_refreshing.Count < MaxRefreshes && _refreshing.TryAdd(request.Id, 0))
        {
            _ = RefreshIfStaleAsync(request);
        }
    }

    private async Task RefreshIfStaleAsync(ReadRequest request)
    {
        try
        {
            Activity.Current = request.Activity;
            await store.CheckAsync(CancellationToken.None);
            var attempt = await cache.TryTakeLeaseAsync(request.Id);
            await using (attempt.Lease)
            {
                if (attempt.Lease is not null)
                {
                    await AskAsync(request.Id, attempt.Lease, SourceReader.LongestWait, isRefresh: true, CancellationToken.None);
                    metrics.Refreshed();
                }
            }
        }
        catch (Exception exception)
        {
            // The stale product is still served, and the next read of it tries again.
            Log.NotRefreshed(logger, request.Id, exception.Message);
            await Task.Delay(RefreshCooldown, time);
        }
        finally
        {
            _refreshing.TryRemove(request.Id, out _);
        }
    }

    private async Task<ProductRead> AskAsync(string id, CacheLease? lease, TimeSpan limit, bool isRefresh, CancellationToken abandoned, ExpectedRead? expected = null)
    {
        if (!pause.TryBegin())
        {
            throw new DatabaseUnavailableException();
        }

        var askedAt = time.GetUtcNow();
        StoredProduct? stored;
        Product? product;
        try
        {
            var answer = calls.GetAsync(id, limit, isRefresh, abandoned);
            expected?.Dispose();
            product = await answer;
            stored = product is null ? await store.MarkGoneAsync(id, askedAt, CancellationToken.None) : await store.SaveAsync(product);
            pause.Stored();
        }
        catch (DatabaseUnavailableException)
        {
            pause.Lengthen();
            throw;
        }
        finally
        {
            pause.End();
        }

        if (stored?.Content is null)
        {
            // Without a product, either this answer says so or a later one that is stored.
            if (product is null)
            {
                await cache.WriteAbsentAsync(id, askedAt, lease);
                if (stored is not null)
                {
                    outbox.Notify();
                }
            }

            return ProductRead.Absent(product is null ? ProductSource.External : ProductSource.Database);
        }

        var json = stored.ToJson();

        // Redis first: a reader that the event makes read again must not find the old product there.
        await cache.WriteAsync(stored, json, lease);
        outbox.Notify();
        return ProductRead.Found(product is null ? ProductSource.Database : ProductSource.External, json);
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Debug, Message = "{Id} was not refreshed: {Reason}")]
        public static partial void NotRefreshed(ILogger logger, string id, string reason);
    }
}
