using Marketplace.Messaging.Contracts;
using Marketplace.Products.Storage;

namespace Marketplace.Products.Reading;

/// <summary>What people are told of a failure.</summary>
internal static class Failures
{
    public static ReplyError ToReply(Exception exception) => exception switch
    {
        ProductSourceException source => new(source.Code, source.Message, Milliseconds(source.RetryAfter)),
        DatabaseUnavailableException database => new(ReplyErrorCodes.UpstreamUnavailable, database.Message, Milliseconds(DatabaseGuard.BreakDuration)),
        OperationCanceledException or TimeoutException => Late,
        _ => new(ReplyErrorCodes.UpstreamUnavailable, "The product could not be read."),
    };

    /// <summary>For those whose deadline comes before the answer.</summary>
    public static ReplyError Late { get; } = new(ReplyErrorCodes.UpstreamTimeout, "The product was not there in time.");

    private static long? Milliseconds(TimeSpan? time) => time is { } span ? (long)span.TotalMilliseconds : null;
}
