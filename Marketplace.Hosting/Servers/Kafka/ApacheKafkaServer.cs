using System.Globalization;
using System.Security.Cryptography;
using CliWrap;
using Confluent.Kafka;
using Confluent.Kafka.Admin;
using Marketplace.Hosting.Processes;
using Marketplace.Hosting.Running;

namespace Marketplace.Hosting.Servers.Kafka;

/// <summary>A real Apache Kafka from its distribution folder: one broker in KRaft mode on a data folder of its own.</summary>
internal sealed class ApacheKafkaServer : INativeServer
{
    private const string Logging = "log4j2.properties";

    private static readonly TimeSpan MetadataTimeout = TimeSpan.FromSeconds(30);

    private readonly string _libraries;
    private readonly string _version;

    /// <exception cref="ServerSetupException">The folder is no distribution of Apache Kafka, or of one too old.</exception>
    public ApacheKafkaServer(string home, string source)
    {
        _libraries = Path.Combine(Path.GetFullPath(home), "libs");
        const string Prefix = "kafka-clients-";
        var clients = Directory.Exists(_libraries) ? Directory.EnumerateFiles(_libraries, Prefix + "*.jar").FirstOrDefault() : null;
        if (clients is null || !Directory.EnumerateFiles(_libraries, "kafka_*.jar").Any())
        {
            throw new ServerSetupException(
                $"{source} names '{home}', which is no Apache Kafka: there is no libs/kafka_*.jar in it. "
                + "Name the unpacked folder of a download from kafka.apache.org, or unset it to use the embedded broker.");
        }

        _version = Path.GetFileNameWithoutExtension(clients)[Prefix.Length..];
        Description = $"Apache Kafka {_version} ({home})";
        if (!System.Version.TryParse(_version.Split('-')[0], out var number) || number < new Version(4, 0))
        {
            throw new ServerSetupException($"{source} names Apache Kafka {_version}; 4.0 or newer is needed.");
        }
    }

    public string Description { get; }

    public string Command { get; } = JavaRuntime.Find();

    public async Task<IReadOnlyList<string>> PrepareAsync(ServerContext context, Action<string> report, CancellationToken cancellationToken)
    {
        await JavaRuntime.EnsureNewEnoughAsync(Command, cancellationToken);
        Directory.CreateDirectory(context.DataFolder);
        var configuration = Path.Combine(context.DataFolder, "server.properties");
        var data = Path.Combine(context.DataFolder, "data");

        // Only the broker itself talks to its controller, so any free port will do, another one at each start.
        var properties = Asset.Read("server.properties").Replace("{port}", $"{context.Port}").Replace("{controller}", $"{FreePort.Find()}").Replace("{data}", data.Replace('\\', '/'));
        await File.WriteAllTextAsync(configuration, properties, cancellationToken);
        await File.WriteAllTextAsync(Path.Combine(context.DataFolder, Logging), Asset.Read(Logging), cancellationToken);
        await FormatOnceAsync(context, configuration, data, report, cancellationToken);

        const string Arguments = "kafka.args"; // JEP 293
        await File.WriteAllLinesAsync(Path.Combine(context.DataFolder, Arguments), ((string[])[.. Flags(context.DataFolder), "-Xmx512m", "-cp", ClassPath, "kafka.Kafka", configuration]).Select(Quote), cancellationToken);
        return ["@" + Arguments];
    }

    /// <summary>Creates the model's topics; one that has fewer partitions than the model asks for gets more.</summary>
    public async Task CompleteAsync(ServerContext context, CancellationToken cancellationToken)
    {
        var topics = context.Topics;
        using var client = new AdminClientBuilder(new AdminClientConfig { BootstrapServers = string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{context.Port}") })
            .SetLogHandler((_, _) => { }) // it retries by itself until the broker is up
            .SetErrorHandler((_, _) => { })
            .Build();

        // The client has no asynchronous form of this.
        var metadata = await Task.Run(() => client.GetMetadata(MetadataTimeout), cancellationToken).WaitAsync(cancellationToken);
        var existing = metadata.Topics.ToDictionary(topic => topic.Topic, topic => topic.Partitions.Count);
        var missing = topics.Where(topic => !existing.ContainsKey(topic.Name))
            .Select(topic => new TopicSpecification { Name = topic.Name, NumPartitions = topic.Partitions, ReplicationFactor = 1 })
            .ToList();
        var narrow = topics.Where(topic => existing.TryGetValue(topic.Name, out var partitions) && partitions < topic.Partitions)
            .Select(topic => new PartitionsSpecification { Topic = topic.Name, IncreaseTo = topic.Partitions })
            .ToList();
        if (missing.Count > 0)
        {
            try
            {
                await client.CreateTopicsAsync(missing).WaitAsync(cancellationToken);
            }
            catch (CreateTopicsException e) when (e.Results.TrueForAll(result => result.Error.Code is ErrorCode.NoError or ErrorCode.TopicAlreadyExists))
            {
                // Someone else did.
            }
        }

        if (narrow.Count > 0)
        {
            await client.CreatePartitionsAsync(narrow).WaitAsync(cancellationToken);
        }
    }

    private string ClassPath => Path.Combine(_libraries, "*");

    private static string[] Flags(string folder) =>
    [
        "-XX:TieredStopAtLevel=1",
        "-XX:+UseSerialGC",
        $"-Dlog4j2.configurationFile={Path.Combine(folder, Logging)}",
    ];

    private async Task FormatOnceAsync(
        ServerContext context, string configuration, string data, Action<string> report, CancellationToken cancellationToken)
    {
        var formatted = Path.Combine(context.DataFolder, "formatted");
        if (File.Exists(formatted))
        {
            return;
        }

        report($"Formatting Kafka's data folder {data}");
        if (Directory.Exists(data))
        {
            Directory.Delete(data, recursive: true); // an interrupted formatting; no broker ever ran on it
        }

        var clusterId = Convert.ToBase64String(RandomNumberGenerator.GetBytes(16)).TrimEnd('=').Replace('+', '-').Replace('/', '_');
        var result = await Cli.Wrap(Command)
            .WithArguments([.. Flags(context.DataFolder), "-cp", ClassPath, "kafka.tools.StorageTool", "format", $"--cluster-id={clusterId}", "-c", configuration])
            .RunAsync(cancellationToken);
        if (!result.IsSuccess)
        {
            throw new ServerSetupException($"Kafka: formatting '{data}' failed ({result.LastLines()}).");
        }

        await File.WriteAllTextAsync(formatted, clusterId, cancellationToken);
    }

    private static string Quote(string argument) => $"\"{argument.Replace("\\", "\\\\", StringComparison.Ordinal)}\"";
}
