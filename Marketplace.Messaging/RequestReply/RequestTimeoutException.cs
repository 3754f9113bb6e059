namespace Marketplace.Messaging;

/// <summary>No reply came within the timeout.</summary>
public sealed class RequestTimeoutException(string topic, TimeSpan timeout)
    : TimeoutException($"No reply to a command on {topic} within {timeout.TotalMilliseconds:0} ms.")
{
    /// <summary>The topic of the command.</summary>
    public string Topic { get; } = topic;

    /// <summary>The timeout of the request.</summary>
    public TimeSpan Timeout { get; } = timeout;
}
