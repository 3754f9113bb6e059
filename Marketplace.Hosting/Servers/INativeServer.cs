using Aspire.Hosting;
using Marketplace.Hosting.Servers.Kafka;

namespace Marketplace.Hosting.Servers;

/// <summary>One way to serve Redis, Postgres or Kafka without a container.</summary>
internal interface INativeServer
{
    /// <summary>The program that is started.</summary>
    string Command { get; }

    /// <summary>Which implementation serves, its version, and what it cannot do: complete once prepared.</summary>
    string Description { get; }

    /// <summary>What its environment has besides the AppHost's own.</summary>
    IReadOnlyDictionary<string, string> Environment => new Dictionary<string, string>();

    /// <summary>
    /// Finds or fetches the binaries, makes the data folder, writes the configuration; gives the arguments to start with.
    /// It starts in its data folder, and names what lies there by its name alone, since arguments are what people read in the dashboard.
    /// Called before every start: a server that crashed is prepared for its data again, which takes milliseconds. Longer steps report progress.
    /// </summary>
    /// <exception cref="ServerSetupException">Something on this machine stands in the way; the message names the fix.</exception>
    Task<IReadOnlyList<string>> PrepareAsync(ServerContext context, Action<string> report, CancellationToken cancellationToken);

    /// <summary>What a server that answers still needs before others may use it (Kafka: its topics).</summary>
    Task CompleteAsync(ServerContext context, CancellationToken cancellationToken) => Task.CompletedTask;
}

/// <summary>What a server is started with.</summary>
internal sealed record ServerContext
{
    /// <summary>On loopback.</summary>
    public int Port { get; init; }

    /// <summary>The user that clients log in with (Postgres).</summary>
    public string UserName { get; init; } = "postgres";

    /// <summary>None for Kafka.</summary>
    public string Password { get; init; } = "";

    /// <summary>Where configuration and data lie. Created when missing.</summary>
    public required string DataFolder { get; init; }

    /// <summary>Whether data has to outlive the server's process only, not the run: then nothing waits for the disk.</summary>
    public bool IsEphemeral { get; init; }

    /// <summary>The topics that Kafka has from the start.</summary>
    public IReadOnlyList<KafkaTopic> Topics { get; init; } = [];
}

/// <summary>A server cannot be set up on this machine; the message says why and what to do.</summary>
internal sealed class ServerSetupException(string message, Exception? inner = null) : DistributedApplicationException(message, inner!);
