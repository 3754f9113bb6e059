using System.Diagnostics;
using Marketplace.Contracts;

namespace Marketplace.Products;

/// <summary>A read that waits for a call which it shares with others.</summary>
/// <param name="id">The product's id.</param>
/// <param name="deadline">When it has waited too long for a call to begin.</param>
internal sealed class WaitingRead(string id, DateTimeOffset deadline)
{
    private readonly TaskCompletionSource<Product?> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public string Id => id;

    public DateTimeOffset Deadline => deadline;

    /// <summary>The span of the request that reads.</summary>
    public Activity? Activity { get; } = Activity.Current;

    public Task<Product?> Task => _answer.Task;

    /// <summary>How many wait for it: callers that ask for the same product join.</summary>
    public int Waiters { get; set; }

    public void Answer(Product? product) => _answer.TrySetResult(product);

    public void Fail(Exception exception) => _answer.TrySetException(exception);
}
