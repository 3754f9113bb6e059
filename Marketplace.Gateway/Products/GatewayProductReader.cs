using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Marketplace.Gateway.Products.Transports;
using Marketplace.Messaging.Contracts;

namespace Marketplace.Gateway.Products;

/// <summary>Reads from the local cache, else the shared cache, else the marketplace's service.</summary>
internal sealed partial class GatewayProductReader : IProductReader
{
    /// <summary>A stale entry is refreshed once in this time, however many callers see it.</summary>
    private static readonly TimeSpan RefreshInterval = TimeSpan.FromSeconds(1);

    private readonly LocalProductCache _local;
    private readonly SharedProductCache _shared;
    private readonly RequestCoalescer<ProductKey, ProductResult> _requests;
    private readonly ConcurrentDictionary<ProductKey, bool> _refreshing = new();
    private readonly TimeProvider _time;
    private readonly ILogger _logger;

    public GatewayProductReader(LocalProductCache local, SharedProductCache shared, HedgedProductClient client, TimeProvider time, ILogger<GatewayProductReader> logger)
    {
        (_local, _shared, _time, _logger) = (local, shared, time, logger);
        _requests = new(client.GetAsync);
    }

    public ProductResult? Find(ProductKey key) =>
        _local.TryGet(key, out var product) ? ProductResult.Found(product, ProductSource.Memory) : null;

    public ValueTask<ProductResult> ReadAsync(ProductKey key, CancellationToken cancellationToken) =>
        Find(key) is { } found ? new(found)
        : ProductId.IsValid(key.Id) ? ReadRemoteAsync(key, cancellationToken)
        : new(ProductResult.Absent);

    public async ValueTask<ProductResult[]> ReadAsync(ProductKey[] keys, CancellationToken cancellationToken)
    {
        var results = new Dictionary<ProductKey, ProductResult>(keys.Length);
        var missing = new List<(ProductKey Key, int Epoch)>();
        foreach (var key in keys)
        {
            if (results.TryAdd(key, ProductResult.Absent) && ProductId.IsValid(key.Id))
            {
                if (Find(key) is { } found)
                {
                    results[key] = found;
                }
                else
                {
                    missing.Add((key, _local.Epoch(key)));
                }
            }
        }

        var cached = await _shared.ReadAsync([.. missing.Select(product => CachedProduct.Key(product.Key.Marketplace, product.Key.Id))]);
        var requests = new List<(ProductKey Key, Task<ProductResult> Response)>();
        foreach (var (index, (key, epoch)) in missing.Index())
        {
            if (TryUse(cached[index], key, epoch, out var result))
            {
                results[key] = result;
            }
            else
            {
                requests.Add((key, _requests.JoinAsync(key, cancellationToken)));
            }
        }

        await Task.WhenAll(requests.Select(request => request.Response));
        foreach (var (key, response) in requests)
        {
            results[key] = await response;
        }

        return Array.ConvertAll(keys, key => results[key]);
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<ProductResult> ReadRemoteAsync(ProductKey key, CancellationToken cancellationToken)
    {
        var epoch = _local.Epoch(key);
        return TryUse(await _shared.ReadAsync(CachedProduct.Key(key.Marketplace, key.Id)), key, epoch, out var result)
            ? result
            : await _requests.JoinAsync(key, cancellationToken);
    }

    private bool TryUse(CachedProduct? entry, ProductKey key, int epoch, out ProductResult result)
    {
        result = ProductResult.Absent;
        if (entry is not { } cached)
        {
            return false;
        }

        if (!cached.IsAbsent)
        {
            if (!ProductJson.TryParse(cached.Product, out var product))
            {
                Log.InvalidEntry(_logger, key.Marketplace, key.Id);
                return false;
            }

            _local.Add(key, product, cached.FreshUntil, epoch);
            result = ProductResult.Found(product, ProductSource.Cache);
        }

        // Past its soft expiry an entry is served while it is refreshed.
        if (cached.FreshUntil < _time.GetUtcNow().ToUnixTimeMilliseconds() && _refreshing.TryAdd(key, true))
        {
            _ = RefreshInBackgroundAsync(key);
        }

        return true;
    }

    private async Task RefreshInBackgroundAsync(ProductKey key)
    {
        try
        {
            // The service replaces the shared entry; its response is not needed here.
            await _requests.JoinAsync(key, CancellationToken.None);
            await Task.Delay(RefreshInterval, _time);
        }
        catch (Exception exception)
        {
            Log.RefreshFailed(_logger, key.Marketplace, key.Id, exception.GetType().Name);
        }
        finally
        {
            _refreshing.TryRemove(key, out _);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "The cached product {Id} of {Marketplace} is not a valid product and is read again")]
        public static partial void InvalidEntry(ILogger logger, string marketplace, string id);

        [LoggerMessage(LogLevel.Information, "The stale product {Id} of {Marketplace} could not be refreshed: {Cause}")]
        public static partial void RefreshFailed(ILogger logger, string marketplace, string id, string cause);
    }
}
