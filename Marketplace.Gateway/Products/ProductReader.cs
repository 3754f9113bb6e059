using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Marketplace.Messaging.Contracts;

namespace Marketplace.Gateway.Products;

/// <summary>The way of a read: own memory, the shared cache, then a request to the marketplace's service.</summary>
internal sealed partial class ProductReader : IProductReader
{
    /// <summary>A stale entry is asked about once in this time, however many callers see it.</summary>
    private static readonly TimeSpan PauseBetweenRefreshes = TimeSpan.FromSeconds(1);

    private readonly ProductMemory _memory;
    private readonly ProductCache _cache;
    private readonly Flights<(string Marketplace, string Id), ProductResult> _requests;
    private readonly ConcurrentDictionary<(string Marketplace, string Id), bool> _refreshing = new();
    private readonly TimeProvider _time;
    private readonly ILogger _logger;

    public ProductReader(ProductMemory memory, ProductCache cache, ProductRequests requests, TimeProvider time, ILogger<ProductReader> logger)
    {
        _memory = memory;
        _cache = cache;
        _requests = new(requests.GetAsync);
        _time = time;
        _logger = logger;
    }

    public ProductResult? Find(string marketplace, string id) =>
        _memory.TryGet(marketplace, id, out var product) ? ProductResult.Found(product, ProductSource.Memory) : null;

    public ValueTask<ProductResult> ReadAsync(string marketplace, string id, CancellationToken cancellationToken) =>
        Find(marketplace, id) is { } found ? new(found)
        : ProductId.IsValid(id) ? ReadElsewhereAsync(marketplace, id, cancellationToken)
        : new(ProductResult.Absent);

    public async ValueTask<ProductResult[]> ReadAsync(string marketplace, string[] ids, CancellationToken cancellationToken)
    {
        var known = new Dictionary<string, ProductResult>(ids.Length);
        var asked = new List<(string Id, int Epoch)>();
        foreach (var id in ids)
        {
            if (_memory.TryGet(marketplace, id, out var product))
            {
                known.TryAdd(id, ProductResult.Found(product, ProductSource.Memory));
            }
            else if (known.TryAdd(id, ProductResult.Absent) && ProductId.IsValid(id))
            {
                asked.Add((id, _memory.Epoch(marketplace, id)));
            }
        }

        var cached = await _cache.ReadAsync([.. asked.Select(product => CachedProduct.Key(marketplace, product.Id))]);
        var requests = new List<(string Id, Task<ProductResult> Answer)>();
        foreach (var (index, (id, epoch)) in asked.Index())
        {
            if (TryUse(cached[index], marketplace, id, epoch, out var result))
            {
                known[id] = result;
            }
            else
            {
                requests.Add((id, _requests.JoinAsync((marketplace, id), cancellationToken)));
            }
        }

        await Task.WhenAll(requests.Select(request => request.Answer));
        foreach (var (id, answer) in requests)
        {
            known[id] = await answer;
        }

        return Array.ConvertAll(ids, id => known[id]);
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<ProductResult> ReadElsewhereAsync(string marketplace, string id, CancellationToken cancellationToken)
    {
        var epoch = _memory.Epoch(marketplace, id);
        return TryUse(await _cache.ReadAsync(CachedProduct.Key(marketplace, id)), marketplace, id, epoch, out var result)
            ? result
            : await _requests.JoinAsync((marketplace, id), cancellationToken);
    }

    private bool TryUse(CachedProduct? entry, string marketplace, string id, int epoch, out ProductResult result)
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
                Log.NotAProduct(_logger, marketplace, id);
                return false;
            }

            _memory.Keep(marketplace, id, product, cached.FreshUntil, epoch);
            result = ProductResult.Found(product, ProductSource.Cache);
        }

        // Past its soft expiry an entry is served while it is refreshed.
        if (cached.FreshUntil < _time.GetUtcNow().ToUnixTimeMilliseconds())
        {
            RefreshInBackground(marketplace, id);
        }

        return true;
    }

    private void RefreshInBackground(string marketplace, string id)
    {
        if (_refreshing.TryAdd((marketplace, id), true))
        {
            _ = RefreshAsync();
        }

        async Task RefreshAsync()
        {
            try
            {
                // The service replaces the entry; its answer is not needed here.
                await _requests.JoinAsync((marketplace, id), CancellationToken.None);
                await Task.Delay(PauseBetweenRefreshes, _time);
            }
            catch (Exception exception)
            {
                Log.RefreshFailed(_logger, marketplace, id, exception.GetType().Name);
            }
            finally
            {
                _refreshing.TryRemove((marketplace, id), out _);
            }
        }
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "The cached product {Id} of {Marketplace} does not have a product's form and is read anew")]
        public static partial void NotAProduct(ILogger logger, string marketplace, string id);

        [LoggerMessage(LogLevel.Information, "The stale product {Id} of {Marketplace} could not be refreshed: {Cause}")]
        public static partial void RefreshFailed(ILogger logger, string marketplace, string id, string cause);
    }
}
