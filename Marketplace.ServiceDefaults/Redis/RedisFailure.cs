using System.Diagnostics.CodeAnalysis;
using StackExchange.Redis;

namespace Microsoft.Extensions.Hosting;

/// <summary>Tells what goes wrong with Redis from all else, for those who can do without it.</summary>
public static class RedisFailure
{
    /// <summary>
    /// Whether Redis, or the way to it, is what failed; so it is, too, when the connection is closed because the service stops.
    /// </summary>
    /// <param name="exception">What a call to Redis has thrown.</param>
    /// <param name="cause">
    /// For logs: a server that answers says what is wrong with it (a full disk, say); what the client says of a lost one is a page long,
    /// so that is named by its type.
    /// </param>
    public static bool Is(Exception exception, [NotNullWhen(true)] out string? cause)
    {
        cause = exception switch
        {
            RedisServerException => exception.Message,
            RedisException or TimeoutException or ObjectDisposedException => exception.GetType().Name,
            _ => null,
        };
        return cause is not null;
    }
}
