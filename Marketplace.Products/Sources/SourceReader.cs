using System.Diagnostics;
using System.Threading.RateLimiting;
using Marketplace.Contracts;
using Marketplace.Products.Budget;
using Marketplace.Products.Redis;
using Marketplace.Products.Telemetry;

namespace Marketplace.Products;

/// <summary>Asks the marketplace: at the pace it allows, for several products in a call where it can, and checks what its source returns.</summary>
internal sealed class SourceReader : IDisposable
{
    /// <summary>How long a read waits for its call at most, so that its lease lasts until the answer is stored.</summary>
    public static readonly TimeSpan LongestWait = CacheLease.MaxAge - SourceDeadline.Limit;

    /// <summary>How many questions are asked at a time, and how many wait for that.</summary>
    private static readonly ConcurrencyLimiterOptions Limits = new() { PermitLimit = 64, QueueLimit = 4_000 };

    private readonly ConcurrencyLimiter _questions = new(Limits);
    private readonly IProductSource _source;
    private readonly CallPace _pace;
    private readonly SourceFaults _faults;
    private readonly ProductMetrics _metrics;
    private readonly TimeProvider _time;
    private readonly string _marketplace;
    private readonly SourceBatcher? _batcher;

    public SourceReader(IProductSource source, MarketplaceName marketplace, CallPace pace, SourceFaults faults, ProductMetrics metrics, TimeProvider time)
    {
        (_source, _pace, _faults, _metrics, _time, _marketplace) = (source, pace, faults, metrics, time, marketplace.Value);
        _batcher = source is IBatchProductSource batched ? new SourceBatcher(batched.MaxBatchSize, pace, ids => AskAsync(batched, ids), time) : null;
    }

    /// <inheritdoc cref="IProductSource.Retention"/>
    public RetentionPolicy Retention => _source.Retention;

    /// <inheritdoc cref="IProductSource.SearchPageSize"/>
    public int SearchPageSize => _source.SearchPageSize;

    /// <inheritdoc cref="IProductSource.IsValidId"/>
    public bool IsValidId(string id) => _source.IsValidId(id);

    /// <summary>Announces a read that may soon ask, which those that ask already wait for; <c>null</c> where none shares a call.</summary>
    public ExpectedRead? Expect() => _batcher?.Expect();

    /// <summary>Asks for one product.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="limit">How long the caller waits.</param>
    /// <param name="isRefresh">Whether no caller waits for the answer, so that others are asked for first.</param>
    /// <param name="abandoned">Nobody waits any more: the marketplace is not asked. Once it is, its answer is waited for.</param>
    /// <returns>The product, or <c>null</c> when the marketplace has no such product.</returns>
    /// <exception cref="ProductSourceException">The marketplace gave no answer, or could not be asked within the limit.</exception>
    public Task<Product?> GetAsync(string id, TimeSpan limit, bool isRefresh, CancellationToken abandoned)
    {
        var wait = limit < LongestWait ? limit : LongestWait;
        return _batcher is not null ? _batcher.GetAsync(id, wait, isRefresh, abandoned) : GetAloneAsync(id, wait, isRefresh, abandoned);
    }

    /// <summary>Asks for a page of a search.</summary>
    /// <exception cref="ProductSourceException">The marketplace gave no answer, or could not be asked within the limit.</exception>
    /// <exception cref="NotSupportedException">The marketplace cannot be searched.</exception>
    public async Task<ProductPage> SearchAsync(string query, SearchFilter filter, int offset, int size, TimeSpan limit, CancellationToken abandoned)
    {
        var wait = limit < LongestWait ? limit : LongestWait;
        await _pace.WaitAsync(wait, givesWay: false, abandoned);
        using var question = await BeginAsync(wait, abandoned);
        var page = await AskAsync(deadline => _source.SearchAsync(query, filter, offset, size, deadline), "a search", Activity.Current);
        _metrics.Called("found");
        return page with { Products = [.. page.Products.Select(product => product with { Marketplace = _marketplace, ExpiresAt = Retention.ExpiryOf(product.FetchedAt) })] };
    }

    /// <inheritdoc/>
    public void Dispose() => _questions.Dispose();

    private async ValueTask<RateLimitLease> BeginAsync(TimeSpan wait, CancellationToken abandoned)
    {
        abandoned.ThrowIfCancellationRequested();
        if (_questions.AttemptAcquire() is { IsAcquired: true } free)
        {
            return free;
        }

        using var late = new CancellationTokenSource(wait, _time);
        using var leaving = CancellationTokenSource.CreateLinkedTokenSource(late.Token, abandoned);
        try
        {
            if (await _questions.AcquireAsync(1, leaving.Token) is { IsAcquired: true } next)
            {
                return next;
            }
        }
        catch (OperationCanceledException) when (!abandoned.IsCancellationRequested)
        {
            // Too late: refused as if there were no room.
        }

        throw ProductSourceException.RateLimited("Too many products are being asked for.");
    }

    private async Task<Product?> GetAloneAsync(string id, TimeSpan wait, bool isRefresh, CancellationToken abandoned)
    {
        await _pace.WaitAsync(wait, isRefresh, abandoned);
        using var question = await BeginAsync(wait, abandoned);
        var product = await AskAsync(deadline => _source.GetAsync(id, deadline), id, Activity.Current);
        try
        {
            product = Check(id, product);
            _metrics.Called(product is null ? "not_found" : "found");
            return product;
        }
        catch (InvalidOperationException fault)
        {
            _metrics.Called("error");
            _faults.Report(id, fault, Activity.Current);
            throw;
        }
    }

    private async Task AskAsync(IBatchProductSource source, IReadOnlyList<WaitingRead> reads)
    {
        using var span = SourceBatcher.StartSpan(reads);
        IReadOnlyDictionary<string, Product?> answers;
        try
        {
            string[] ids = [.. reads.Select(read => read.Id)];
            answers = await AskAsync(deadline => source.GetManyAsync(ids, deadline), string.Join(", ", ids), Activity.Current);
        }
        catch (Exception exception) when (exception is ProductSourceException || reads.Count == 1)
        {
            foreach (var read in reads)
            {
                read.Fail(exception);
            }

            return;
        }
        catch (Exception)
        {
            // One product may be the cause of a fault: the others are asked for without it.
            await AskAgainAsync(source, [.. reads.Take(reads.Count / 2)]);
            await AskAgainAsync(source, [.. reads.Skip(reads.Count / 2)]);
            return;
        }

        var outcome = "not_found";
        foreach (var read in reads)
        {
            if (!answers.TryGetValue(read.Id, out var product))
            {
                read.Fail(ProductSourceException.Unavailable("The marketplace left the product out of its answer."));
                continue;
            }

            try
            {
                product = Check(read.Id, product);
                outcome = product is not null && outcome == "not_found" ? "found" : outcome;
                read.Answer(product);
            }
            catch (InvalidOperationException fault)
            {
                outcome = "error";
                _faults.Report(read.Id, fault, read.Activity);
                read.Fail(fault);
            }
        }

        _metrics.Called(outcome);
    }

    private async Task AskAgainAsync(IBatchProductSource source, IReadOnlyList<WaitingRead> reads)
    {
        try
        {
            await _pace.WaitAsync(LongestWait, givesWay: false, CancellationToken.None);
        }
        catch (ProductSourceException exception)
        {
            foreach (var read in reads)
            {
                read.Fail(exception);
            }

            return;
        }

        await AskAsync(source, reads);
    }

    private async Task<T> AskAsync<T>(Func<CancellationToken, Task<T>> ask, string what, Activity? activity)
    {
        _pace.BeginQuestion();
        try
        {
            return await SourceDeadline.AskAsync(ask, _time);
        }
        catch (ProductSourceException exception)
        {
            _metrics.Called(exception.Code);
            throw;
        }
        catch (Exception exception) when (exception is not NotSupportedException)
        {
            _metrics.Called("error");
            _faults.Report(what, exception, activity);
            throw;
        }
    }

    private Product? Check(string id, Product? product) =>
        product is null ? null
            : product.Id == id ? product with { Marketplace = _marketplace }
            : throw new InvalidOperationException($"{_source.GetType().Name} was asked for {_marketplace}/{id} and answered with {product.Id}.");
}
