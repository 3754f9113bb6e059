using Marketplace.Hosting.Processes;

namespace Marketplace.Hosting.Servers;

/// <summary>One way to serve Redis, Postgres or Kafka without a container.</summary>
internal interface INativeServer
{
    /// <summary>Which implementation serves, its version, and what it cannot do: complete once prepared.</summary>
    string Description { get; }

    /// <summary>
    /// Finds or fetches the binaries, makes the data folder, writes the configuration; gives what is then to be started.
    /// Called before every start: a server that crashed is prepared for its data again, which takes milliseconds.
    /// </summary>
    /// <exception cref="ServerSetupException">Something on this machine stands in the way; the message names the fix.</exception>
    Task<ProcessSpec> PrepareAsync(ServerContext context, IProgress<string> progress, CancellationToken cancellationToken);

    /// <summary>
    /// What a running server still needs before it may count as healthy (Kafka: its topics). Waits until the server
    /// answers; cancel it when the process ends.
    /// </summary>
    Task CompleteAsync(ServerContext context, CancellationToken cancellationToken) => Task.CompletedTask;
}

/// <summary>What a server is told.</summary>
internal sealed record ServerContext
{
    /// <summary>The resource's name in the model.</summary>
    public required string Name { get; init; }

    /// <summary>On loopback.</summary>
    public required int Port { get; init; }

    /// <summary>The user that clients log in with (Postgres).</summary>
    public string UserName { get; init; } = "postgres";

    /// <summary>None for Kafka.</summary>
    public string Password { get; init; } = "";

    /// <summary>Where configuration and data lie. Created when missing.</summary>
    public required string DataFolder { get; init; }

    /// <summary>Whether data has to outlive the server's process only, not the run: then nothing waits for the disk.</summary>
    public bool IsEphemeral { get; init; }

    /// <summary>What the model says about the server, by the name of its container's environment variable (<c>KAFKA_TOPICS</c>).</summary>
    public IReadOnlyDictionary<string, string> Settings { get; init; } = new Dictionary<string, string>();
}

/// <summary>A server cannot be set up on this machine; the message says why and what to do.</summary>
internal sealed class ServerSetupException(string message, Exception? inner = null) : Exception(message, inner);
