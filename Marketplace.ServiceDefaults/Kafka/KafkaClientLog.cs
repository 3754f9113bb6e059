using System.Collections.Concurrent;
using Confluent.Kafka;
using Microsoft.Extensions.Logging;

namespace Microsoft.Extensions.Hosting;

/// <summary>What librdkafka says, in the service's own log. A broker that is away is reported once in a while, not at every attempt.</summary>
internal sealed partial class KafkaClientLog(ILoggerFactory loggers, string connectionName)
{
    private static readonly long Pause = (long)TimeSpan.FromSeconds(30).TotalMilliseconds;

    private readonly ILogger _logger = loggers.CreateLogger($"Kafka.{connectionName}");
    private readonly ConcurrentDictionary<(string Facility, string Thread), long> _lastSaid = new();

    public void Write(LogMessage message)
    {
        // Texts begin with the thread, one for each broker: [thrd:localhost:9092/1].
        var end = message.Message.IndexOf(']', StringComparison.Ordinal);
        var key = (message.Facility, end < 0 ? "" : message.Message[..end]);
        var now = Environment.TickCount64;
        if (_lastSaid.TryGetValue(key, out var last) && now - last < Pause)
        {
            return;
        }

        _lastSaid[key] = now;
        var level = (LogLevel)message.LevelAs(LogLevelType.MicrosoftExtensionsLogging);
        Log.Said(_logger, level, message.Facility, message.Message);
    }

    public void Write(Error error)
    {
        // Others arrive as log messages too; only a fatal one ends the client.
        if (error.IsFatal)
        {
            Log.Fatal(_logger, error.Code, error.Reason);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Message = "{Facility}: {Text}")]
        public static partial void Said(ILogger logger, LogLevel level, string facility, string text);

        [LoggerMessage(Level = LogLevel.Critical, Message = "The client cannot go on ({Code}): {Reason}")]
        public static partial void Fatal(ILogger logger, ErrorCode code, string reason);
    }
}
