namespace Marketplace.Messaging;

/// <summary>
/// Which messages of one partition are finished. Only the unbroken run of finished ones from the front may be committed:
/// a gap is a message that a crash must bring back. Offsets need not be consecutive (compaction and transactions leave holes).
/// </summary>
internal sealed class PartitionProgress(Action? onFinished = null)
{
    private readonly Lock _lock = new();
    private (long Offset, bool Finished)[] _ring = new (long, bool)[64];
    private long _front;
    private long _back;
    private long _next = -1;
    private bool _moved;

    /// <summary>Started and not finished.</summary>
    public int Unfinished { get; private set; }

    /// <summary>The offset after the unbroken run of finished messages; -1 while nothing has been started.</summary>
    public long Next
    {
        get
        {
            lock (_lock)
            {
                return _next;
            }
        }
    }

    /// <summary>Takes note of a message; offsets come in ascending order.</summary>
    /// <returns>What <see cref="Finish"/> wants.</returns>
    public long Start(long offset)
    {
        lock (_lock)
        {
            if (_back - _front == _ring.Length)
            {
                Grow();
            }

            if (_next < 0)
            {
                _next = offset;
            }

            _ring[_back & (_ring.Length - 1)] = (offset, false);
            Unfinished++;
            return _back++;
        }
    }

    /// <summary>Marks a message finished.</summary>
    public void Finish(long sequence)
    {
        lock (_lock)
        {
            ref var entry = ref _ring[sequence & (_ring.Length - 1)];
            if (sequence < _front || entry.Finished)
            {
                return;
            }

            entry.Finished = true;
            Unfinished--;
            while (_front < _back && _ring[_front & (_ring.Length - 1)] is { Finished: true, Offset: var offset })
            {
                _next = offset + 1;
                _moved = true;
                _front++;
            }
        }

        onFinished?.Invoke();
    }

    /// <summary>The offset to commit, when it moved since the last call.</summary>
    public bool TryTake(out long next)
    {
        lock (_lock)
        {
            next = _next;
            var moved = _moved;
            _moved = false;
            return moved;
        }
    }

    private void Grow()
    {
        var larger = new (long, bool)[_ring.Length * 2];
        for (var i = _front; i < _back; i++)
        {
            larger[i & (larger.Length - 1)] = _ring[i & (_ring.Length - 1)];
        }

        _ring = larger;
    }
}
