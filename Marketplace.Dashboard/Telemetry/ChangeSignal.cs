namespace Marketplace.Dashboard.Telemetry;

/// <summary>Wakes everyone who waits for "something was added". Take <see cref="Next"/> before reading the state, then await it: no change is missed.</summary>
internal sealed class ChangeSignal
{
    private TaskCompletionSource _next = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task Next => Volatile.Read(ref _next).Task;

    public void Raise() => Interlocked.Exchange(ref _next, new(TaskCreationOptions.RunContinuationsAsynchronously)).TrySetResult();
}
