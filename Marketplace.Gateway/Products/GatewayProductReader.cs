using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Marketplace.Contracts;
using Marketplace.Gateway.Errors;
using Marketplace.Gateway.Products.Transports;
using Marketplace.Gateway.Security;

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
    private readonly ClientLimits _limits;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;

    public GatewayProductReader(LocalProductCache local, SharedProductCache shared, HedgedProductClient client, ClientLimits limits, TimeProvider time, ILogger<GatewayProductReader> logger)
    {
        (_local, _shared, _limits, _time, _logger) = (local, shared, limits, time, logger);
        _requests = new(client.GetAsync);
    }

    public ProductResult? Find(ProductKey key) =>
        _local.TryGet(key, out var product) ? ProductResult.Found(product, ProductSource.Memory) : null;

    public ValueTask<ProductResult> ReadAsync(ProductKey key, Caller caller, CancellationToken cancellationToken) =>
        Find(key) is { } found ? new(found)
        : ProductId.IsValid(key.Id) ? ReadRemoteAsync(key, caller, cancellationToken)
        : new(ProductResult.Absent);

    public async ValueTask<ProductResult[]> ReadAsync(ProductKey[] keys, Caller caller, CancellationToken cancellationToken)
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
        var cold = new List<ProductKey>();
        foreach (var (index, (key, epoch)) in missing.Index())
        {
            if (TryUse(cached[index], key, epoch, caller, out var result))
            {
                results[key] = result;
            }
            else
            {
                cold.Add(key);
            }
        }

        // All are taken before the first is asked for, so that those allowed are asked for together.
        var (allowed, wait) = (0, (TimeSpan?)null);
        while (allowed < cold.Count && (wait = await _limits.TakeColdReadAsync(caller, cancellationToken)) is null)
        {
            allowed++;
        }

        var responses = await Task.WhenAll(cold.Take(allowed).Select(key => ReadColdAsync(key, caller, cancellationToken)));
        foreach (var (index, key) in cold.Index())
        {
            results[key] = index < allowed ? responses[index] : Limited(wait!.Value);
        }

        return Array.ConvertAll(keys, key => results[key]);
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<ProductResult> ReadRemoteAsync(ProductKey key, Caller caller, CancellationToken cancellationToken)
    {
        var epoch = _local.Epoch(key);
        return TryUse(await _shared.ReadAsync(CachedProduct.Key(key.Marketplace, key.Id)), key, epoch, caller, out var result) ? result
            : await _limits.TakeColdReadAsync(caller, cancellationToken) is { } wait ? Limited(wait)
            : await ReadColdAsync(key, caller, cancellationToken);
    }

    private async Task<ProductResult> ReadColdAsync(ProductKey key, Caller caller, CancellationToken cancellationToken)
    {
        var result = await _requests.JoinAsync(key, cancellationToken);
        if (result is { Product: not null, Source: not ProductSource.External })
        {
            _limits.ReturnColdRead(caller);
        }

        return result;
    }

    private static ProductResult Limited(TimeSpan wait) => ProductResult.Failed(GatewayError.TooManyColdReads(wait));

    private bool TryUse(CachedProduct? entry, ProductKey key, int epoch, Caller caller, out ProductResult result)
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
            _ = RefreshInBackgroundAsync(key, caller);
        }

        return true;
    }

    private async Task RefreshInBackgroundAsync(ProductKey key, Caller caller)
    {
        try
        {
            if (await _limits.TakeColdReadAsync(caller, CancellationToken.None) is null)
            {
                // The service replaces the shared entry; its response is not needed here.
                await _requests.JoinAsync(key, CancellationToken.None);
            }

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
