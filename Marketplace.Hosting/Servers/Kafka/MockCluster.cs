using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text;
using Confluent.Kafka;

namespace Marketplace.Hosting.Servers.Kafka;

/// <summary>
/// librdkafka's mock cluster: a broker that speaks Kafka's protocol and keeps everything in memory. Made for
/// librdkafka's own tests and part of its public C API (rdkafka_mock.h), in the library that Confluent.Kafka brings.
/// </summary>
internal sealed partial class MockCluster : IDisposable
{
    /// <summary>How long a call may wait for a cluster that sleeps.</summary>
    private static readonly TimeSpan WakeInterval = TimeSpan.FromMilliseconds(5);

    private readonly nint _client;
    private readonly nint _cluster;

    /// <exception cref="InvalidOperationException">librdkafka refuses; the message is its own.</exception>
    public MockCluster(IEnumerable<KafkaTopic> topics)
    {
        const int Producer = 0; // RD_KAFKA_PRODUCER: the cluster needs some client to live in
        var error = new byte[512];
        var configuration = Native.NewConfiguration();
        _ = Native.Configure(configuration, "log_level", "4", error, (nuint)error.Length); // else it notes that the client has no broker
        _client = Native.NewClient(Producer, configuration, error, (nuint)error.Length);
        if (_client == 0)
        {
            throw new InvalidOperationException($"librdkafka: {Encoding.UTF8.GetString(error).TrimEnd('\0')}");
        }

        _cluster = Native.NewCluster(_client, brokerCount: 1);
        if (_cluster == 0)
        {
            Native.DestroyClient(_client);
            throw new InvalidOperationException("librdkafka could not start its mock cluster; its log says why.");
        }

        Address = IPEndPoint.Parse(Marshal.PtrToStringUTF8(Native.Bootstraps(_cluster))!);

        // The cluster's thread may miss a call that comes while it ends another one, and sleeps on for a second; a connection wakes it.
        using var wake = new Timer(_ => Wake(), null, WakeInterval, WakeInterval);

        // Groups form at once, and those of the newer protocol (KIP-848) learn of a change with their next heartbeat.
        Native.SetInitialRebalanceDelay(_cluster, 0);
        Native.SetGroupHeartbeatInterval(_cluster, 500);
        Native.SetGroupSessionTimeout(_cluster, 10_000);

        // Without a controller an administrative request waits for a minute; with one it is refused at once.
        const int OnlyBroker = 1;
        Native.SetController(_cluster, OnlyBroker);
        foreach (var topic in topics)
        {
            CreateTopic(topic);
        }
    }

    /// <summary>Where the broker listens: a port on loopback that the system chose.</summary>
    public IPEndPoint Address { get; }

    public void Dispose()
    {
        Native.DestroyCluster(_cluster);
        Native.DestroyClient(_client);
    }

    private void CreateTopic(KafkaTopic topic)
    {
        var error = Native.CreateTopic(_cluster, topic.Name, topic.Partitions, replicationFactor: 1);
        if (error != ErrorCode.NoError)
        {
            throw new InvalidOperationException($"Topic '{topic.Name}': {new Error(error).Reason}");
        }
    }

    private void Wake()
    {
        try
        {
            using var connection = new Socket(SocketType.Stream, ProtocolType.Tcp);
            connection.Connect(Address);
        }
        catch (SocketException)
        {
            // Tried again at the next interval.
        }
    }

    private static partial class Native
    {
        private const string Librdkafka = "librdkafka";

        static Native()
        {
            NativeLibrary.SetDllImportResolver(
                typeof(MockCluster).Assembly,
                static (name, _, _) => name == Librdkafka ? LoadSameAsConfluent() : 0);
        }

        [LibraryImport(Librdkafka, EntryPoint = "rd_kafka_conf_new")]
        public static partial nint NewConfiguration();

        [LibraryImport(Librdkafka, EntryPoint = "rd_kafka_conf_set", StringMarshalling = StringMarshalling.Utf8)]
        public static partial int Configure(nint configuration, string name, string value, [Out] byte[] error, nuint errorSize);

        [LibraryImport(Librdkafka, EntryPoint = "rd_kafka_new")]
        public static partial nint NewClient(int type, nint configuration, [Out] byte[] error, nuint errorSize);

        [LibraryImport(Librdkafka, EntryPoint = "rd_kafka_destroy")]
        public static partial void DestroyClient(nint client);

        [LibraryImport(Librdkafka, EntryPoint = "rd_kafka_mock_cluster_new")]
        public static partial nint NewCluster(nint client, int brokerCount);

        [LibraryImport(Librdkafka, EntryPoint = "rd_kafka_mock_cluster_destroy")]
        public static partial void DestroyCluster(nint cluster);

        [LibraryImport(Librdkafka, EntryPoint = "rd_kafka_mock_cluster_bootstraps")]
        public static partial nint Bootstraps(nint cluster);

        [LibraryImport(Librdkafka, EntryPoint = "rd_kafka_mock_topic_create", StringMarshalling = StringMarshalling.Utf8)]
        public static partial ErrorCode CreateTopic(nint cluster, string topic, int partitionCount, int replicationFactor);

        [LibraryImport(Librdkafka, EntryPoint = "rd_kafka_mock_group_initial_rebalance_delay_ms")]
        public static partial void SetInitialRebalanceDelay(nint cluster, int milliseconds);

        [LibraryImport(Librdkafka, EntryPoint = "rd_kafka_mock_set_group_consumer_heartbeat_interval_ms")]
        public static partial void SetGroupHeartbeatInterval(nint cluster, int milliseconds);

        [LibraryImport(Librdkafka, EntryPoint = "rd_kafka_mock_set_group_consumer_session_timeout_ms")]
        public static partial void SetGroupSessionTimeout(nint cluster, int milliseconds);

        [LibraryImport(Librdkafka, EntryPoint = "rd_kafka_mock_set_controller_id")]
        public static partial void SetController(nint cluster, int brokerId);

        /// <summary>
        /// Confluent.Kafka carries several builds for Linux (musl, glibc with and without SASL) and finds out at run
        /// time which one loads: let it, then take that one. Elsewhere there is one only.
        /// </summary>
        private static nint LoadSameAsConfluent()
        {
            _ = Library.Version;
            using var self = Process.GetCurrentProcess();
            var loaded = self.Modules.Cast<ProcessModule>().FirstOrDefault(module => module.ModuleName.Contains(Librdkafka, StringComparison.Ordinal));
            return loaded is not null
                ? NativeLibrary.Load(loaded.FileName)
                : NativeLibrary.Load(Librdkafka, typeof(Library).Assembly, DllImportSearchPath.AssemblyDirectory);
        }
    }
}
