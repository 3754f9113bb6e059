namespace Marketplace.Messaging;

/// <summary>Counts the messages that were started and are not finished.</summary>
internal sealed class InFlight(TimeProvider clock) : IDisposable
{
    // How long a cancellation may go unnoticed.
    private static readonly TimeSpan Glance = TimeSpan.FromMilliseconds(100);

    private readonly ManualResetEventSlim _finishedOne = new();
    private int _count;

    public int Count => Volatile.Read(ref _count);

    public void Add(int messages) => Interlocked.Add(ref _count, messages);

    public void FinishOne()
    {
        Interlocked.Decrement(ref _count);
        _finishedOne.Set();
    }

    /// <summary>Blocks its thread until a condition holds; looks again whenever a message is finished.</summary>
    /// <returns>Whether it holds.</returns>
    public bool WaitUntil(Func<bool> condition, TimeSpan limit, CancellationToken cancellationToken)
    {
        var start = clock.GetTimestamp();
        while (!condition())
        {
            _finishedOne.Reset();
            var left = limit - clock.GetElapsedTime(start);
            if (left <= TimeSpan.Zero || cancellationToken.IsCancellationRequested)
            {
                return condition();
            }

            if (!condition())
            {
                _finishedOne.Wait(left < Glance ? left : Glance, CancellationToken.None);
            }
        }

        return true;
    }

    public void Dispose() => _finishedOne.Dispose();
}
