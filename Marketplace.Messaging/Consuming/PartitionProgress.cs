namespace Marketplace.Messaging;

/// <summary>
/// Tracks which messages of one partition are finished. Only the contiguous run of finished ones from the front may be committed:
/// a gap is a message that must be delivered again after a crash. Offsets need not be consecutive (compaction and transactions leave holes).
/// </summary>
internal sealed class PartitionProgress(InFlight? inFlight = null)
{
    private readonly Lock _lock = new();
    private readonly Queue<TrackedOffset> _started = new();
    private long _next = -1;

    /// <summary>Started and not finished.</summary>
    public int Unfinished { get; private set; }

    /// <summary>The offset to commit, after the contiguous run of finished messages; -1 while nothing has been started.</summary>
    public long Next => Volatile.Read(ref _next);

    /// <summary>How many messages of the partition are not finished, as last measured.</summary>
    public long? Lag { get; set; }

    /// <summary>Whether the client has had everything that is in the partition, and nothing since. Of the consumer's thread alone, as is <see cref="CaughtUpAt"/>.</summary>
    public bool IsAtEnd { get; set; }

    /// <summary>When the first message came after everything before had come (a timestamp of the clock): later ones have waited no longer than since then.</summary>
    public long? CaughtUpAt { get; set; }

    /// <summary>Tracks a message; offsets come in ascending order.</summary>
    public TrackedOffset Start(long offset)
    {
        var started = new TrackedOffset(offset);
        lock (_lock)
        {
            if (_next < 0)
            {
                _next = offset;
            }

            _started.Enqueue(started);
            Unfinished++;
        }

        return started;
    }

    /// <summary>Passes over offsets that are never delivered: those before <paramref name="offset"/> which were not started (control records and aborted messages).</summary>
    public void SkipTo(long offset)
    {
        lock (_lock)
        {
            if (_started.Count == 0)
            {
                Volatile.Write(ref _next, Math.Max(_next, offset));
            }
            else
            {
                _started.Enqueue(new TrackedOffset(offset - 1) { IsFinished = true });
            }
        }
    }

    /// <summary>Notes that a record has several messages: it is finished when each of them is.</summary>
    public void Split(TrackedOffset started, int messages)
    {
        lock (_lock)
        {
            started.Unfinished = messages;
        }

        inFlight?.Add(messages - 1);
    }

    /// <summary>Marks a message as finished. Safe to call again for a record with one.</summary>
    public void Finish(TrackedOffset finished)
    {
        lock (_lock)
        {
            if (finished.IsFinished)
            {
                return;
            }

            if (--finished.Unfinished == 0)
            {
                finished.IsFinished = true;
                Unfinished--;
                while (_started.TryPeek(out var first) && first.IsFinished)
                {
                    Volatile.Write(ref _next, first.Offset + 1);
                    _started.Dequeue();
                }
            }
        }

        inFlight?.FinishOne();
    }

    /// <summary>The offset of a message that was started; without the message, which need not stay in memory behind a gap.</summary>
    internal sealed class TrackedOffset(long offset)
    {
        public long Offset { get; } = offset;

        public bool IsFinished { get; set; }

        public int Unfinished { get; set; } = 1;
    }
}
