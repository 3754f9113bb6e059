using System.Collections.Concurrent;
using System.Diagnostics;
using Microsoft.Extensions.Logging;

namespace Marketplace.Products;

/// <summary>Reports faults of a source to operators. Callers get no details of one, so its cause is in the log, once a kind in a minute, and in the trace.</summary>
internal sealed partial class SourceFaults(TimeProvider time, ILogger<SourceFaults> logger)
{
    private static readonly TimeSpan Quiet = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<(Type, string?), long> _loggedAt = new();

    /// <param name="what">What the source was asked for.</param>
    /// <param name="fault">The exception, of a kind that sources do not throw when all is well.</param>
    /// <param name="activity">The span of the request that it happened to.</param>
    public void Report(string what, Exception fault, Activity? activity)
    {
        activity?.SetStatus(ActivityStatusCode.Error, fault.Message);
        var (kind, now) = ((fault.GetType(), fault.StackTrace?.Split('\n', 2)[0]), time.GetTimestamp());
        if (_loggedAt.TryGetValue(kind, out var loggedAt) ? time.GetElapsedTime(loggedAt, now) > Quiet && _loggedAt.TryUpdate(kind, now, loggedAt) : _loggedAt.TryAdd(kind, now))
        {
            Log.Failed(logger, what, fault);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Error, Message = "The source failed at {What}; faults of this kind are not logged again for a minute")]
        public static partial void Failed(ILogger logger, string what, Exception exception);
    }
}
