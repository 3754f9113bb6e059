namespace Marketplace.Messaging;

/// <summary>Counts the messages that were started and are not finished.</summary>
internal sealed class InFlight(TimeProvider clock) : IDisposable
{
    // How late a cancellation or the limit may be noticed.
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(100);

    private readonly ManualResetEventSlim _finishedOne = new();
    private int _count;

    public int Count => Volatile.Read(ref _count);

    public void Add(int messages) => Interlocked.Add(ref _count, messages);

    public void FinishOne()
    {
        Interlocked.Decrement(ref _count);
        _finishedOne.Set();
    }

    /// <summary>Blocks its thread until a condition holds, which is checked whenever a message is finished.</summary>
    /// <returns>Whether it holds.</returns>
    public bool WaitUntil(Func<bool> condition, TimeSpan limit, CancellationToken cancellationToken)
    {
        var start = clock.GetTimestamp();
        while (true)
        {
            _finishedOne.Reset(); // before the check, so that no signal is missed
            if (condition())
            {
                return true;
            }

            if (cancellationToken.IsCancellationRequested || clock.GetElapsedTime(start) >= limit)
            {
                return false;
            }

            _finishedOne.Wait(PollInterval, CancellationToken.None);
        }
    }

    public void Dispose() => _finishedOne.Dispose();
}
