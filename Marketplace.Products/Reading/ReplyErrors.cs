using Marketplace.Contracts;
using Marketplace.Products.Storage;

namespace Marketplace.Products.Reading;

/// <summary>The errors that callers get.</summary>
internal static class ReplyErrors
{
    /// <summary>The error of a read whose deadline passed.</summary>
    public static ReplyError DeadlineExceeded { get; } = new(ReplyErrorCodes.UpstreamTimeout, "The product could not be read in time.");

    public static ReplyError From(Exception exception) => exception switch
    {
        ProductSourceException source => new(source.Code, source.Message, Milliseconds(source.RetryAfter)),
        DatabaseUnavailableException database => new(ReplyErrorCodes.UpstreamUnavailable, database.Message, Milliseconds(DatabaseGuard.BreakDuration)),
        OperationCanceledException or TimeoutException => DeadlineExceeded,
        _ => new(ReplyErrorCodes.UpstreamUnavailable, "The product could not be read."),
    };

    private static long? Milliseconds(TimeSpan? time) => (long?)time?.TotalMilliseconds;
}
