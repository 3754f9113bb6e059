using System.Diagnostics;
using Marketplace.Messaging.Contracts;
using Marketplace.Products.Storage;
using Marketplace.Products.Telemetry;

namespace Marketplace.Products.Reading;

/// <summary>Reads products for the service's callers: from Redis, then Postgres, then the marketplace.</summary>
internal sealed class ServiceProductReader(
    IProductSource source, ServiceProductCache cache, ProductStore store, ProductFetcher fetcher, SourceReader calls, Freshness freshness, ProductMetrics metrics, TimeProvider time)
{
    /// <summary>The answer for an id that cannot be the marketplace's.</summary>
    private static readonly ProductRead Impossible = ProductRead.Absent(ProductSource.Cache);

    private readonly ServiceRequestCoalescer<ProductRead> _reads = new();
    private readonly ServiceRequestCoalescer<ProductRead> _refreshes = new();

    /// <summary>Reads products, in their order; a read that takes longer than the limit has failed.</summary>
    /// <exception cref="OperationCanceledException">The caller waits no longer; the reads go on for others.</exception>
    public async Task<ProductRead[]> ReadAsync(IReadOnlyList<string> ids, TimeSpan limit, CancellationToken cancellationToken)
    {
        var activity = Activity.Current;
        var answers = await ReadAsync([.. ids.Select(id => new ReadRequest(id, activity, limit))]);
        return await Task.WhenAll(answers.Select(answer => WaitAsync(answer.AsTask(), limit, cancellationToken)));
    }

    /// <summary>Asks the marketplace for a product although it is cached; concurrent requests share the answer.</summary>
    /// <exception cref="OperationCanceledException">The caller waits no longer; the refresh goes on for others.</exception>
    public Task<ProductRead> RefreshAsync(string id, TimeSpan limit, CancellationToken cancellationToken)
    {
        if (!source.IsValidId(id))
        {
            return WaitAsync(Task.FromResult(Impossible), limit, cancellationToken);
        }

        var kept = source.CanonicalId(id);
        if (_refreshes.TryJoin(kept, out var answer))
        {
            metrics.Joined();
        }
        else
        {
            _ = _refreshes.CompleteAsync(kept, () => fetcher.RefreshAsync(kept, limit));
        }

        return WaitAsync(kept == id ? answer : RenameAsync(answer, id), limit, cancellationToken);
    }

    /// <summary>
    /// Reads several products: one round trip to Redis, and one to Postgres for what is not there.
    /// Completes when Redis has answered, with an answer for each request: complete already, or to come.
    /// </summary>
    public async ValueTask<ValueTask<ProductRead>[]> ReadAsync(IReadOnlyList<ReadRequest> requests)
    {
        var ids = new string[requests.Count];
        for (var i = 0; i < ids.Length; i++)
        {
            ids[i] = source.CanonicalId(requests[i].Id);
        }

        var entries = await cache.GetAsync(ids);
        var answers = new ValueTask<ProductRead>[ids.Length];
        List<ReadRequest>? misses = null;
        for (var i = 0; i < ids.Length; i++)
        {
            var isAlias = ids[i] != requests[i].Id;
            if (entries[i] is { } entry)
            {
                var read = Serve(requests[i] with { Id = ids[i] }, entry);
                answers[i] = new(isAlias ? ServeAlias(requests[i].Id, read, entry.FreshUntil) : read);
                continue;
            }

            if (!source.IsValidId(requests[i].Id))
            {
                answers[i] = new(Impossible);
                continue;
            }

            if (_reads.TryJoin(ids[i], out var answer))
            {
                metrics.Joined();
            }
            else
            {
                (misses ??= []).Add(requests[i] with { Id = ids[i] });
            }

            answers[i] = new(isAlias ? RenameAsync(answer, requests[i].Id) : answer);
        }

        if (misses is not null)
        {
            _ = LoadAsync(misses);
        }

        return answers;
    }

    /// <summary>Waits for an answer; one that takes longer than the limit, and one that failed, is a failed read.</summary>
    /// <exception cref="OperationCanceledException">The caller waits no longer.</exception>
    public async Task<ProductRead> WaitAsync(Task<ProductRead> answer, TimeSpan limit, CancellationToken cancellationToken)
    {
        ProductRead read;
        try
        {
            read = await answer.WaitAsync(limit, time, cancellationToken);
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            read = ProductRead.Failed(ReplyErrors.From(exception));
        }

        metrics.Read(read);
        return read;
    }

    private static async Task<ProductRead> RenameAsync(Task<ProductRead> answer, string id) => ProductAlias.Rename(await answer, id);

    // The next read by this id finds the copy in the gateway.
    private ProductRead ServeAlias(string id, ProductRead kept, long freshUntil)
    {
        var read = ProductAlias.Rename(kept, id);
        _ = cache.WriteAliasAsync(id, read.Product, freshUntil).AsTask(); // the answer does not wait for it
        return read;
    }

    private ProductRead Serve(ReadRequest request, CachedProduct entry)
    {
        if (!entry.IsAbsent && entry.FreshUntil <= time.GetUtcNow().ToUnixTimeMilliseconds())
        {
            fetcher.RefreshInBackground(request);
        }

        return ProductRead.Cached(entry);
    }

    private async Task LoadAsync(List<ReadRequest> requests)
    {
        var expected = requests.ConvertAll(_ => calls.Expect());
        var rows = FindStoredAsync(requests);
        await ((Task)rows).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing); // each request takes the failure from the task below
        foreach (var (request, mine) in requests.Zip(expected))
        {
            _ = _reads.CompleteAsync(request.Id, async () =>
            {
                using (mine)
                {
                    return await AnswerAsync(request, (await rows).GetValueOrDefault(request.Id), mine);
                }
            });
        }
    }

    private async Task<Dictionary<string, StoredProduct>> FindStoredAsync(List<ReadRequest> requests) =>
        (await store.GetAsync([.. requests.Select(request => request.Id)], CancellationToken.None)).ToDictionary(product => product.Id, StringComparer.Ordinal);

    private async ValueTask<ProductRead> AnswerAsync(ReadRequest request, StoredProduct? stored, ExpectedRead? expected)
    {
        Activity.Current = request.Activity;
        var now = time.GetUtcNow();
        switch (stored)
        {
            case { Content: null } when now < freshness.AbsentUntil(request.Id, stored.FetchedAt):
                return ProductRead.Absent(ProductSource.Database);

            case { Content: not null } when now < freshness.KeptUntil(request.Id, stored.FetchedAt, stored.EndsAt):
                var json = stored.ToJson();
                _ = cache.WriteAsync(stored, json, lease: null).AsTask(); // the answer does not wait for it
                if (now >= freshness.FreshUntil(request.Id, stored.FetchedAt, stored.EndsAt))
                {
                    fetcher.RefreshInBackground(request);
                }

                return ProductRead.Found(ProductSource.Database, json);

            default:
                return await fetcher.FetchAsync(request, stored, expected);
        }
    }
}
