namespace Marketplace.Products;

/// <summary>Ends a question to a marketplace after a set time, however many calls its source makes and whether or not it heeds the token.</summary>
internal static class SourceDeadline
{
    /// <summary>Longer than <see cref="SourceClientExtensions.Deadline"/> of one call, so that a source can say itself what is late.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    /// <exception cref="ProductSourceException">The marketplace gave no answer in time.</exception>
    public static async Task<T> AskAsync<T>(Func<CancellationToken, Task<T>> ask, TimeProvider time)
    {
        using var deadline = new CancellationTokenSource(Limit, time);
        try
        {
            return await ask(deadline.Token).WaitAsync(deadline.Token);
        }
        catch (OperationCanceledException exception) when (deadline.IsCancellationRequested)
        {
            throw ProductSourceException.TimedOut("The marketplace did not answer in time.", exception);
        }
    }
}
