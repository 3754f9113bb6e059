using System.Collections.Concurrent;

namespace Marketplace.Hosting.Running.Logs;

/// <summary>The console log of every resource instance, by its id.</summary>
internal sealed class ConsoleLogs(TimeProvider time)
{
    private readonly ConcurrentDictionary<string, ConsoleLog> _logs = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>The log of an instance, created at first use.</summary>
    public ConsoleLog Of(string resourceId) => _logs.GetOrAdd(resourceId, static (_, clock) => new ConsoleLog(clock), time);

    /// <summary>The log of an instance that is known to exist; null otherwise.</summary>
    public ConsoleLog? Find(string resourceId) => _logs.GetValueOrDefault(resourceId);
}
