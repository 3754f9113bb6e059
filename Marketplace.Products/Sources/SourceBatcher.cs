using System.Diagnostics;
using Marketplace.Contracts;
using Marketplace.Products.Budget;

namespace Marketplace.Products;

/// <summary>
/// Collects reads of different products into calls. A read alone is asked for at once. What comes while a call is under way, or while the
/// pace makes calls wait, goes together: when it fills a call, when the call under way ends, or after <see cref="LongestLinger"/>.
/// Reads that somebody waits for come first, refreshes take the room they leave.
/// </summary>
/// <param name="size">How many reads a call has at most.</param>
/// <param name="pace">When calls may be made.</param>
/// <param name="ask">Asks for the reads and completes each.</param>
/// <param name="time">The time.</param>
internal sealed class SourceBatcher(int size, CallPace pace, Func<IReadOnlyList<WaitingRead>, Task> ask, TimeProvider time)
{
    /// <summary>How long a slow call keeps others from being made that are not full.</summary>
    private static readonly TimeSpan LongestLinger = TimeSpan.FromMilliseconds(250);

    private static readonly ActivitySource Spans = new("Marketplace.Products");

    private readonly Lock _lock = new();
    private readonly LinkedList<WaitingRead> _reads = new();
    private readonly LinkedList<WaitingRead> _refreshes = new();
    private readonly Dictionary<string, WaitingRead> _waiting = new(StringComparer.Ordinal);
    private int _expected;
    private int _underway;
    private int _reserved;
    private bool _refreshWaits;
    private bool _lingers;

    /// <summary>Announces a read that may soon ask.</summary>
    public ExpectedRead Expect()
    {
        lock (_lock)
        {
            _expected++;
        }

        return new ExpectedRead(() =>
        {
            lock (_lock)
            {
                _expected--;
                StartCalls();
            }
        });
    }

    /// <summary>Asks for a product in a call with others.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="limit">How long it may wait for the call to begin.</param>
    /// <param name="isRefresh">Whether others come first.</param>
    /// <param name="abandoned">Nobody waits for it any more: it is not asked for unless it is under way.</param>
    /// <exception cref="ProductSourceException">The marketplace gave no answer, or cannot be asked within the limit.</exception>
    public async Task<Product?> GetAsync(string id, TimeSpan limit, bool isRefresh, CancellationToken abandoned)
    {
        abandoned.ThrowIfCancellationRequested();
        var read = Add(id, limit, isRefresh);
        await using var leaving = abandoned.UnsafeRegister(_ => Leave(read, abandoned), null);
        return await read.Task;
    }

    private WaitingRead Add(string id, TimeSpan limit, bool isRefresh)
    {
        lock (_lock)
        {
            if (!_waiting.TryGetValue(id, out var read))
            {
                read = _waiting[id] = new WaitingRead(id, time.GetUtcNow() + limit);
                (isRefresh ? _refreshes : _reads).AddLast(read);
            }
            else if (!isRefresh && _refreshes.Remove(read))
            {
                _reads.AddLast(read);
            }

            read.Waiters++;
            StartCalls();
            return read;
        }
    }

    private void Leave(WaitingRead read, CancellationToken abandoned)
    {
        lock (_lock)
        {
            if (--read.Waiters == 0 && (_reads.Remove(read) || _refreshes.Remove(read)))
            {
                _waiting.Remove(read.Id);
                read.Fail(new OperationCanceledException(abandoned));
            }
        }
    }

    /// <summary>Begins the span of a call for several reads: a child of the first one's, linked to the others'. For a single read, that is current.</summary>
    public static Activity? StartSpan(IReadOnlyList<WaitingRead> reads)
    {
        Activity.Current = reads[0].Activity;
        return reads.Count == 1
            ? null
            : Spans.StartActivity("get products", ActivityKind.Internal, reads[0].Activity?.Context ?? default,
                [new("marketplace.products", reads.Count)],
                reads.Skip(1).Select(read => read.Activity).OfType<Activity>().Select(activity => new ActivityLink(activity.Context)));
    }

    // Called with the lock held.
    private void StartCalls(bool hasLingered = false, bool callEnded = false)
    {
        while (_reads.Count - (_reserved * size) is var unplanned && unplanned > 0 && (unplanned >= size || CanGo()))
        {
            Plan();
        }

        // Refreshes make no call wait that others need.
        if (_refreshes.Count > 0 && !_refreshWaits && _reserved == 0 && (_refreshes.Count >= size || CanGo()))
        {
            _refreshWaits = true;
            _ = RefreshAsync();
        }

        if (_waiting.Count > 0 && !_lingers)
        {
            _lingers = true;
            _ = LingerAsync();
        }

        bool CanGo() => hasLingered || (_expected == 0 && _reserved == 0 && (_underway == 0 || callEnded));
    }

    private void Plan()
    {
        _reserved++;
        var planned = (_reserved - 1) * size;
        _ = CallAsync(_reads.Skip(planned).Take(size).Max(read => read.Deadline) - time.GetUtcNow());
    }

    private async Task CallAsync(TimeSpan longestWait)
    {
        await Task.Yield();
        var (isReserved, wait) = await pace.ReserveAsync(longestWait);
        if (isReserved)
        {
            await Task.Delay(wait, time);
        }

        List<WaitingRead> reads = [];
        lock (_lock)
        {
            _reserved--;
            if (isReserved)
            {
                reads = Take();
            }
            else
            {
                FailUnplanned(wait);
            }
        }

        await AskAsync(reads);
    }

    // Reserves a call only when it can be made at once: one reserved ahead would be before those of people who come later.
    private async Task RefreshAsync()
    {
        await Task.Yield();
        List<WaitingRead>? reads = null;
        while (reads is null)
        {
            var (isReserved, wait) = await pace.ReserveAsync(TimeSpan.Zero);
            if (!isReserved)
            {
                await Task.Delay(wait, time);
            }

            lock (_lock)
            {
                FailLateRefreshes();
                reads = isReserved ? Take() : _refreshes.Count == 0 ? [] : null;
                _refreshWaits = reads is null;
            }
        }

        await AskAsync(reads);
    }

    private async Task AskAsync(List<WaitingRead> reads)
    {
        if (reads.Count > 0)
        {
            try
            {
                await ask(reads);
            }
            catch (Exception exception)
            {
                reads.ForEach(read => read.Fail(exception));
            }
        }

        lock (_lock)
        {
            _underway -= reads.Count > 0 ? 1 : 0;
            StartCalls(callEnded: true);
        }
    }

    private List<WaitingRead> Take()
    {
        var taken = new List<WaitingRead>(size);
        while (taken.Count < size && (_reads.First ?? _refreshes.First) is { } next)
        {
            next.List!.Remove(next);
            _waiting.Remove(next.Value.Id);
            if (next.Value.Deadline >= time.GetUtcNow())
            {
                taken.Add(next.Value);
            }
            else
            {
                next.Value.Fail(pace.TooMany(TimeSpan.Zero));
            }
        }

        _underway += taken.Count > 0 ? 1 : 0;
        return taken;
    }

    private void FailUnplanned(TimeSpan wait)
    {
        while (_reads.Count > _reserved * size && _reads.Last is { } last)
        {
            _reads.RemoveLast();
            _waiting.Remove(last.Value.Id);
            last.Value.Fail(pace.TooMany(wait));
        }
    }

    private void FailLateRefreshes()
    {
        while (_refreshes.First is { } oldest && oldest.Value.Deadline <= time.GetUtcNow())
        {
            _refreshes.RemoveFirst();
            _waiting.Remove(oldest.Value.Id);
            oldest.Value.Fail(pace.TooMany(TimeSpan.Zero));
        }
    }

    private async Task LingerAsync()
    {
        await Task.Delay(LongestLinger, time);
        lock (_lock)
        {
            _lingers = false;
            StartCalls(hasLingered: true);
        }
    }
}
