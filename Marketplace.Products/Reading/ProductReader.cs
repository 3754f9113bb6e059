using System.Diagnostics;
using Marketplace.Messaging.Contracts;
using Marketplace.Products.Storage;
using Marketplace.Products.Telemetry;

namespace Marketplace.Products.Reading;

/// <summary>A product somebody asks for.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Activity">The span the work belongs to.</param>
internal readonly record struct ReadRequest(string Id, Activity? Activity);

/// <summary>Reads products: Redis, then Postgres, then the marketplace.</summary>
internal sealed class ProductReader(ProductCache cache, ProductStore store, ProductFetcher fetcher, Freshness freshness, ProductMetrics metrics, TimeProvider time)
{
    private readonly Flights<ProductRead> _flights = new();
    private readonly Flights<ProductRead> _refreshes = new();

    /// <summary>Reads products, in their order; what is not there within the limit has failed as late.</summary>
    /// <exception cref="OperationCanceledException">The caller waits no longer; the reads go on for others.</exception>
    public async Task<ProductRead[]> ReadAsync(IReadOnlyList<string> ids, TimeSpan limit, CancellationToken cancellationToken)
    {
        var activity = Activity.Current;
        var answers = await ReadAsync([.. ids.Select(id => new ReadRequest(id, activity))]);
        return await Task.WhenAll(answers.Select(answer => InTimeAsync(answer.AsTask(), limit, cancellationToken)));
    }

    /// <summary>Asks the marketplace for a product whatever is kept of it; those who ask at the same time share the answer.</summary>
    /// <exception cref="OperationCanceledException">The caller waits no longer; the refresh goes on for others.</exception>
    public Task<ProductRead> RefreshAsync(string id, TimeSpan limit, CancellationToken cancellationToken)
    {
        if (_refreshes.Board(id, out var answer))
        {
            _ = RefreshAsync(id);
        }
        else
        {
            metrics.Joined();
        }

        return InTimeAsync(answer, limit, cancellationToken);
    }

    /// <summary>
    /// Reads several products: one round trip to Redis, and one to Postgres for what is not there.
    /// Completes when Redis has answered, with an answer for each request: at hand already, or to come.
    /// </summary>
    public async ValueTask<ValueTask<ProductRead>[]> ReadAsync(IReadOnlyList<ReadRequest> requests)
    {
        var ids = new string[requests.Count];
        for (var i = 0; i < ids.Length; i++)
        {
            ids[i] = requests[i].Id;
        }

        var entries = await cache.GetAsync(ids);
        var answers = new ValueTask<ProductRead>[ids.Length];
        List<ReadRequest>? boarded = null;
        for (var i = 0; i < ids.Length; i++)
        {
            if (entries[i] is { } entry)
            {
                answers[i] = new(Serve(requests[i], entry));
                continue;
            }

            if (_flights.Board(ids[i], out var answer))
            {
                (boarded ??= []).Add(requests[i]);
            }
            else
            {
                metrics.Joined();
            }

            answers[i] = new(answer);
        }

        if (boarded is not null)
        {
            _ = LoadAsync(boarded);
        }

        return answers;
    }

    private async Task<ProductRead> InTimeAsync(Task<ProductRead> answer, TimeSpan limit, CancellationToken cancellationToken)
    {
        ProductRead read;
        try
        {
            read = await answer.WaitAsync(limit, time, cancellationToken);
        }
        catch (TimeoutException)
        {
            read = ProductRead.Failed(Failures.Late);
        }

        metrics.Read(read);
        return read;
    }

    private async Task RefreshAsync(string id)
    {
        ProductRead answer;
        try
        {
            answer = await fetcher.RefreshAsync(id);
        }
        catch (Exception exception)
        {
            answer = ProductRead.Failed(Failures.ToReply(exception));
        }

        _refreshes.Land(id, answer);
    }

    private ProductRead Serve(ReadRequest request, CachedProduct entry)
    {
        if (entry.IsAbsent)
        {
            return ProductRead.Absent(ProductSource.Cache);
        }

        if (entry.FreshUntil <= time.GetUtcNow().ToUnixTimeMilliseconds())
        {
            fetcher.RefreshBehind(request);
        }

        return ProductRead.Found(ProductSource.Cache, entry.Product);
    }

    // Never throws: whatever happens, everybody on board gets an answer.
    private async Task LoadAsync(List<ReadRequest> requests)
    {
        try
        {
            var stored = (await store.GetAsync([.. requests.Select(request => request.Id)], CancellationToken.None)).ToDictionary(product => product.Id, StringComparer.Ordinal);
            foreach (var request in requests)
            {
                _ = LandAsync(request, stored.GetValueOrDefault(request.Id));
            }
        }
        catch (Exception exception)
        {
            var failure = ProductRead.Failed(Failures.ToReply(exception));
            foreach (var request in requests)
            {
                _flights.Land(request.Id, failure);
            }
        }
    }

    private async Task LandAsync(ReadRequest request, StoredProduct? stored)
    {
        try
        {
            Activity.Current = request.Activity;
            _flights.Land(request.Id, await AnswerAsync(request, stored));
        }
        catch (Exception exception)
        {
            _flights.Land(request.Id, ProductRead.Failed(Failures.ToReply(exception)));
        }
    }

    private async ValueTask<ProductRead> AnswerAsync(ReadRequest request, StoredProduct? stored)
    {
        var now = time.GetUtcNow();
        switch (stored)
        {
            case { Content: null } when now < freshness.AbsentUntil(request.Id, stored.FetchedAt):
                return ProductRead.Absent(ProductSource.Database);

            case { Content: not null } when now < freshness.KeptUntil(request.Id, stored.FetchedAt):
                var json = stored.ToJson();
                _ = fetcher.CacheAsync(stored, json).AsTask(); // nobody waits for it
                if (now >= freshness.FreshUntil(request.Id, stored.FetchedAt))
                {
                    fetcher.RefreshBehind(request);
                }

                return ProductRead.Found(ProductSource.Database, json);

            default:
                return await fetcher.FetchAsync(request.Id, stored);
        }
    }
}
