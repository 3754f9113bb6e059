using System.Globalization;
using System.Text;
using CliWrap;
using Marketplace.Hosting.Processes;
using Marketplace.Hosting.State;

namespace Marketplace.Hosting.Servers.Redis;

/// <summary><c>redis-server</c> (or <c>valkey-server</c>) as installed on this machine.</summary>
internal sealed class InstalledRedisServer(string program) : INativeServer
{
    public string Command => program;

    public string Description { get; private set; } = "Redis";

    public async Task<IReadOnlyList<string>> PrepareAsync(ServerContext context, Action<string> report, CancellationToken cancellationToken)
    {
        var version = await Cli.Wrap(program).WithArguments("--version").RunAsync(cancellationToken);
        Description = $"{DescribeVersion(version.StandardOutput)} ({program})";

        Directory.CreateDirectory(context.DataFolder);
        const string Configuration = "redis.conf";
        OwnerOnlyFile.Write(Path.Combine(context.DataFolder, Configuration), Encoding.UTF8.GetBytes(Configure(context)));
        return [Configuration];
    }

    /// <summary>As a file, because everybody can read a command line.</summary>
    private static string Configure(ServerContext context)
    {
        var lines = new List<string>
        {
            string.Create(CultureInfo.InvariantCulture, $"port {context.Port}"),
            "bind 127.0.0.1",
            $"requirepass {Quote(context.Password)}",
            $"dir {Quote(context.DataFolder)}",
            "daemonize no",
            "databases 16",
        };
        lines.AddRange(context.IsEphemeral ? ["save \"\""] : ["save 60 1", "appendonly yes", "appendfsync everysec"]);

        return string.Join('\n', lines) + "\n";
    }

    private static string Quote(string value)
    {
        var quoted = new StringBuilder("\"");
        foreach (var b in Encoding.UTF8.GetBytes(value))
        {
            _ = b is >= 0x20 and < 0x7f and not ((byte)'"' or (byte)'\\')
                ? quoted.Append((char)b)
                : quoted.Append(CultureInfo.InvariantCulture, $"\\x{b:x2}");
        }

        return quoted.Append('"').ToString();
    }

    /// <summary><c>Redis server v=7.0.15 sha=…</c></summary>
    private static string DescribeVersion(string output)
    {
        var words = output.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var version = words.FirstOrDefault(word => word.StartsWith("v=", StringComparison.Ordinal))?[2..];
        return $"{words.FirstOrDefault() ?? "Redis"} {version}".TrimEnd();
    }
}
