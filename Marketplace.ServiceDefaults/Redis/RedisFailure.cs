using StackExchange.Redis;

namespace Microsoft.Extensions.Hosting;

/// <summary>Tells failures of Redis from others, for code that can do without Redis.</summary>
public static class RedisFailure
{
    /// <summary>
    /// What is wrong with Redis or the way to it, for logs; <c>null</c> when something else has failed. A connection that is closed because
    /// the service stops is such a failure, too. A server that answers says what is wrong with it (a full disk, say); what the client says
    /// of a lost one is a page long, so that is named by its type.
    /// </summary>
    /// <param name="exception">What the call has thrown.</param>
    public static string? CauseOf(Exception? exception) => exception switch
    {
        RedisServerException => exception.Message,
        RedisException or TimeoutException or ObjectDisposedException => exception.GetType().Name,
        _ => null,
    };
}
