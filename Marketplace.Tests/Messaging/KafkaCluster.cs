using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Confluent.Kafka;
using Xunit;

namespace Marketplace.Tests.Messaging;

/// <summary>Brokers of the Apache Kafka at <c>KAFKA_HOME</c>, each a process that can be killed.</summary>
internal sealed class KafkaCluster : IAsyncDisposable
{
    private static readonly string? Home = Environment.GetEnvironmentVariable("KAFKA_HOME");

    private readonly string _folder = Directory.CreateTempSubdirectory("kafka-cluster-").FullName;
    private readonly int[] _ports;
    private readonly Process?[] _brokers;

    private KafkaCluster(int brokers)
    {
        _ports = FreePorts(2 * brokers);
        _brokers = new Process?[brokers];
        for (var broker = 0; broker < brokers; broker++)
        {
            File.WriteAllLines(PathOf(broker, "properties"), Configure(broker));
        }
    }

    public string Address => string.Join(',', _brokers.Select((_, broker) => Invariant($"127.0.0.1:{_ports[broker]}")));

    public static async Task<KafkaCluster> StartAsync(int brokers, CancellationToken cancellationToken)
    {
        Assert.SkipUnless(Directory.Exists(Home), "KAFKA_HOME names no Apache Kafka.");
        var cluster = new KafkaCluster(brokers);
        var all = Enumerable.Range(0, brokers).ToList();
        await Task.WhenAll(all.Select(broker => cluster.FormatAsync(broker, cancellationToken)));
        await Task.WhenAll(all.Select(broker => cluster.StartBrokerAsync(broker, cancellationToken)));
        return cluster;
    }

    /// <summary>SIGKILL.</summary>
    public async Task KillAsync(int broker, CancellationToken cancellationToken)
    {
        var process = _brokers[broker]!;
        _brokers[broker] = null;
        process.Kill();
        await process.WaitForExitAsync(cancellationToken);
        process.Dispose();
    }

    /// <summary>Starts a broker on the data it has; completes when all that run know of each other.</summary>
    public async Task StartBrokerAsync(int broker, CancellationToken cancellationToken)
    {
        _brokers[broker] = Run(["kafka.Kafka", PathOf(broker, "properties")]);
        using var client = new AdminClientBuilder(new AdminClientConfig { BootstrapServers = Address })
            .SetLogHandler((_, _) => { })
            .SetErrorHandler((_, _) => { })
            .Build();
        while (true)
        {
            try
            {
                var metadata = await Task.Run(() => client.GetMetadata(TimeSpan.FromSeconds(1)), cancellationToken);
                if (metadata.Brokers.Exists(found => found.BrokerId == broker + 1))
                {
                    return;
                }
            }
            catch (KafkaException exception) when (!exception.Error.IsFatal)
            {
                Assert.False(_brokers[broker]!.HasExited, $"Broker {broker + 1} ended.");
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        for (var broker = 0; broker < _brokers.Length; broker++)
        {
            if (_brokers[broker] is not null)
            {
                await KillAsync(broker, CancellationToken.None);
            }
        }

        Directory.Delete(_folder, recursive: true);
    }

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private static int[] FreePorts(int count)
    {
        var listeners = Enumerable.Range(0, count).Select(_ => new TcpListener(IPAddress.Loopback, 0)).ToList();
        listeners.ForEach(listener => listener.Start());
        var ports = listeners.ConvertAll(listener => ((IPEndPoint)listener.LocalEndpoint).Port);
        listeners.ForEach(listener => listener.Dispose());
        return [.. ports];
    }

    private string PathOf(int broker, string extension) => Path.Combine(_folder, Invariant($"broker-{broker}.{extension}"));

    private string[] Configure(int broker)
    {
        var count = _brokers.Length;
        var controllers = string.Join(',', Enumerable.Range(0, count).Select(other => Invariant($"{other + 1}@127.0.0.1:{_ports[count + other]}")));
        var (replicas, inSync) = (Math.Min(count, 3), count > 1 ? 2 : 1);
        return
        [
            "process.roles=broker,controller",
            Invariant($"node.id={broker + 1}"),
            $"controller.quorum.voters={controllers}",
            Invariant($"listeners=PLAINTEXT://127.0.0.1:{_ports[broker]},CONTROLLER://127.0.0.1:{_ports[count + broker]}"),
            Invariant($"advertised.listeners=PLAINTEXT://127.0.0.1:{_ports[broker]}"),
            "controller.listener.names=CONTROLLER",
            "inter.broker.listener.name=PLAINTEXT",
            $"log.dirs={PathOf(broker, "data")}",
            Invariant($"default.replication.factor={replicas}"),
            Invariant($"min.insync.replicas={inSync}"),
            Invariant($"offsets.topic.replication.factor={replicas}"),
            "offsets.topic.num.partitions=4",
            Invariant($"transaction.state.log.replication.factor={replicas}"),
            Invariant($"transaction.state.log.min.isr={inSync}"),
            Invariant($"share.coordinator.state.topic.replication.factor={replicas}"),
            Invariant($"share.coordinator.state.topic.min.isr={inSync}"),
            "group.initial.rebalance.delay.ms=0",
            "broker.session.timeout.ms=3000", // after a kill a broker may register only when its former self is given up
            "broker.heartbeat.interval.ms=500",
            "auto.create.topics.enable=false",
            "num.network.threads=2",
            "num.io.threads=2",
            "log.cleaner.dedupe.buffer.size=16777216",
        ];
    }

    private async Task FormatAsync(int broker, CancellationToken cancellationToken)
    {
        using var process = Run(["kafka.tools.StorageTool", "format", "--cluster-id=AAAAAAAAAAAAAAAAAAAAAA", "-c", PathOf(broker, "properties")]);
        await process.WaitForExitAsync(cancellationToken);
        Assert.Equal(0, process.ExitCode);
    }

    private static Process Run(string[] arguments)
    {
        var start = new ProcessStartInfo("java", ["-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx384m", "-cp", Path.Combine(Home!, "libs", "*"), .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        var process = Process.Start(start)!;

        // Read, so that the process never waits for a reader.
        process.OutputDataReceived += (_, _) => { };
        process.ErrorDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return process;
    }
}
