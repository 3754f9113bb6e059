namespace Marketplace.Messaging;

/// <summary>No reply came within the time given.</summary>
public sealed class RequestTimeoutException(string topic, TimeSpan timeout)
    : TimeoutException($"No reply to a command on {topic} within {timeout.TotalMilliseconds:0} ms.")
{
    /// <summary>Where the command went.</summary>
    public string Topic { get; } = topic;

    /// <summary>How long was waited.</summary>
    public TimeSpan Timeout { get; } = timeout;
}
