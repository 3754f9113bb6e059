using System.Diagnostics;
using Marketplace.Contracts;
using Marketplace.Products.Storage;
using Marketplace.Products.Telemetry;

namespace Marketplace.Products.Reading;

/// <summary>Reads products for the service's callers: from Redis, then Postgres, then the marketplace.</summary>
internal sealed class ServiceProductReader(
    IProductSource source, ServiceProductCache cache, ProductStore store, ProductFetcher fetcher, SourceReader calls, Freshness freshness, ProductMetrics metrics, TimeProvider time)
{
    /// <summary>The answer for an id that cannot be the marketplace's.</summary>
    private static readonly ProductRead Impossible = ProductRead.Absent(ProductSource.Cache);

    private readonly ServiceRequestCoalescer<ProductRead> _reads = new(time);
    private readonly ServiceRequestCoalescer<ProductRead> _refreshes = new(time);

    /// <summary>Reads products, in their order; a read that takes longer than the limit has failed.</summary>
    /// <exception cref="OperationCanceledException">The caller waits no longer; the reads go on where others wait for them.</exception>
    public async Task<ProductRead[]> ReadAsync(IReadOnlyList<string> ids, TimeSpan limit, CancellationToken cancellationToken)
    {
        var activity = Activity.Current;
        var answers = await ReadAsync([.. ids.Select(id => new ReadRequest(id, activity, limit, cancellationToken))]);
        return await Task.WhenAll(answers.Select(answer => OutcomeAsync(answer.AsTask(), cancellationToken)));
    }

    /// <summary>Asks the marketplace for a product although it is cached; concurrent requests share the answer.</summary>
    /// <exception cref="OperationCanceledException">The caller waits no longer; the refresh goes on where others wait for it.</exception>
    public Task<ProductRead> RefreshAsync(string id, TimeSpan limit, CancellationToken cancellationToken)
    {
        if (!source.IsValidId(id))
        {
            return OutcomeAsync(Task.FromResult(Impossible), cancellationToken);
        }

        var kept = source.CanonicalId(id);
        if (_refreshes.Join(kept, limit, cancellationToken, out var answer) is { } work)
        {
            _ = _refreshes.CompleteAsync(work, abandoned => fetcher.RefreshAsync(kept, limit, abandoned));
        }
        else
        {
            metrics.Joined();
        }

        return OutcomeAsync(kept == id ? answer : RenameAsync(answer, id), cancellationToken);
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
        List<Miss>? misses = null;
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

            if (_reads.Join(ids[i], requests[i].Limit, requests[i].Leaving, out var answer) is { } work)
            {
                (misses ??= []).Add(new(requests[i] with { Id = ids[i] }, work));
            }
            else
            {
                metrics.Joined();
            }

            answers[i] = new(isAlias ? RenameAsync(answer, requests[i].Id) : answer);
        }

        if (misses is not null)
        {
            _ = LoadAsync(misses);
        }

        return answers;
    }

    /// <summary>Waits for an answer; one that takes longer than its request's limit, and one that failed, is a failed read.</summary>
    /// <exception cref="OperationCanceledException">The caller waits no longer.</exception>
    public async Task<ProductRead> OutcomeAsync(Task<ProductRead> answer, CancellationToken cancellationToken)
    {
        ProductRead read;
        try
        {
            read = await answer;
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

    private async Task LoadAsync(List<Miss> misses)
    {
        var expected = misses.ConvertAll(_ => calls.Expect());
        var rows = FindStoredAsync(misses);
        await ((Task)rows).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing); // each request takes the failure from the task below
        foreach (var ((request, work), mine) in misses.Zip(expected))
        {
            _ = _reads.CompleteAsync(work, async abandoned =>
            {
                using (mine)
                {
                    return await AnswerAsync(request, (await rows).GetValueOrDefault(request.Id), mine, abandoned);
                }
            });
        }
    }

    private async Task<Dictionary<string, StoredProduct>> FindStoredAsync(List<Miss> misses)
    {
        await store.WaitForSchemaAsync(misses.Max(miss => miss.Request.Limit), CancellationToken.None);
        return (await store.GetAsync([.. misses.Select(miss => miss.Request.Id)], CancellationToken.None)).ToDictionary(product => product.Id, StringComparer.Ordinal);
    }

    private async ValueTask<ProductRead> AnswerAsync(ReadRequest request, StoredProduct? stored, ExpectedRead? expected, CancellationToken abandoned)
    {
        Activity.Current = request.Activity;
        var now = time.GetUtcNow();
        switch (stored)
        {
            case { Content: null } when now < freshness.AbsentUntil(request.Id, stored.FetchedAt):
                return ProductRead.Absent(ProductSource.Database);

            case { Content: not null } when stored.EndsAt is var endsAt && now < freshness.KeptUntil(request.Id, stored.FetchedAt, endsAt):
                var json = stored.ToJson();
                _ = cache.WriteAsync(stored, json, lease: null).AsTask(); // the answer does not wait for it
                if (now >= freshness.FreshUntil(request.Id, stored.FetchedAt, endsAt))
                {
                    fetcher.RefreshInBackground(request);
                }

                return ProductRead.Found(ProductSource.Database, json);

            default:
                return await fetcher.FetchAsync(request, stored, expected, abandoned);
        }
    }

    /// <summary>A request that Redis had nothing for, and the work that answers it.</summary>
    private readonly record struct Miss(ReadRequest Request, ServiceRequestCoalescer<ProductRead>.Work Work);
}
