using StackExchange.Redis;

namespace Microsoft.Extensions.Hosting;

/// <summary>Distinguishes failures of Redis from others, for code that can do without Redis.</summary>
public static class RedisFailure
{
    /// <summary>
    /// What is wrong with Redis or the way to it, for logs; <c>null</c> when something else has failed. A connection that is closed because
    /// the service stops is such a failure, too. A server that answers says what is wrong with it (a full disk, say); what the client says
    /// of a lost one is a page long, so that is named by its type. A command that the client does not send, as no server takes it (keys of several
    /// slots, a write while there are replicas only), is such a failure as well.
    /// </summary>
    /// <param name="exception">What the call has thrown.</param>
    public static string? CauseOf(Exception? exception) => exception switch
    {
        RedisServerException or RedisCommandException => exception.Message,
        RedisException or TimeoutException or ObjectDisposedException => exception.GetType().Name,
        _ => null,
    };
}
