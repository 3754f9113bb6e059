using Microsoft.Extensions.Logging;
using StackExchange.Redis;

namespace Microsoft.Extensions.Hosting;

/// <summary>Says when Redis goes and when it is back, once each: the client's own log tells every attempt with its stack.</summary>
internal sealed partial class RedisConnectionLog
{
    private readonly ILogger _logger;
    private int _away;

    public RedisConnectionLog(IConnectionMultiplexer connection, ILoggerFactory loggers, string connectionName)
    {
        _logger = loggers.CreateLogger($"Redis.{connectionName}");
        if (!connection.IsConnected)
        {
            Failed(ConnectionFailureType.UnableToConnect);
        }

        connection.ConnectionFailed += (_, failure) => Failed(failure.FailureType);
        connection.ConnectionRestored += (_, _) => Restored();
    }

    private void Failed(ConnectionFailureType cause)
    {
        if (Interlocked.Exchange(ref _away, 1) == 0)
        {
            Log.Away(_logger, cause);
        }
    }

    private void Restored()
    {
        if (Interlocked.Exchange(ref _away, 0) == 1)
        {
            Log.Back(_logger);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "Redis is away ({Cause}); going on without it")]
        public static partial void Away(ILogger logger, ConnectionFailureType cause);

        [LoggerMessage(Level = LogLevel.Information, Message = "Redis is back")]
        public static partial void Back(ILogger logger);
    }
}
