namespace Marketplace.Products.Outbox;

/// <summary>Wakes the relay when this process has stored an event.</summary>
internal sealed class OutboxSignal
{
    private volatile TaskCompletionSource _stored = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes when an event has been stored since the last <see cref="Reset"/>.</summary>
    public Task Stored => _stored.Task;

    public void Notify() => _stored.TrySetResult();

    /// <summary>Begins anew; called before the outbox is read, so that no event is missed.</summary>
    public void Reset() => _stored = new(TaskCreationOptions.RunContinuationsAsynchronously);
}
