using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Marketplace.Hosting.Servers.Kafka;

/// <summary>
/// The process of the embedded broker: <c>embedded-kafka PORT</c>, with the topics in the variable <c>KAFKA_TOPICS</c>.
/// </summary>
/// <remarks>
/// The mock cluster lets the system choose its port and cannot be given one, but the model promises a port to the services
/// before anything runs. So the promised port is served by a forwarder. Only a client's first connection goes through
/// it: the metadata it gets there names the broker's own port, where everything after goes straight. After a restart
/// that port is another one; clients come back to the promised one, as they do to any bootstrap server. It lives in this
/// assembly, which lies beside every AppHost and test that uses it, so nothing else has to be built or found.
/// </remarks>
internal static class EmbeddedBroker
{
    public const string Command = "embedded-kafka";

    /// <summary>What it writes when clients may come.</summary>
    public const string Ready = "Embedded broker ready";

    /// <summary>How long clients that end at the same time may still commit and leave; without a broker each would wait for it for 5 s.</summary>
    private static readonly TimeSpan DrainPeriod = TimeSpan.FromSeconds(1);

    private static async Task<int> Main(string[] args)
    {
        if (args is not [Command, var portText]
            || !int.TryParse(portText, NumberStyles.None, CultureInfo.InvariantCulture, out var port) || port is < 1 or > 65535)
        {
            await Console.Error.WriteLineAsync($"Usage: dotnet Marketplace.Hosting.dll {Command} 1..65535, with {KafkaTopics.Setting}=name:partitions,…");
            return 2;
        }

        using var stopping = new CancellationTokenSource();
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        void Stop(PosixSignalContext context)
        {
            context.Cancel = true;
            stopping.CancelAfter(DrainPeriod);
        }

        try
        {
            using var listener = new TcpListener(IPAddress.Loopback, port);
            listener.Start();
            var topics = KafkaTopics.Parse(Environment.GetEnvironmentVariable(KafkaTopics.Setting) ?? "");
            using var cluster = new MockCluster(topics);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{Ready} on 127.0.0.1:{port} (broker at {cluster.Address}), {topics.Count} topics"));
            await AcceptAsync(listener, cluster.Address, stopping.Token);
            return 0;
        }
        catch (Exception e) when (e is SocketException or ServerSetupException or InvalidOperationException or DllNotFoundException)
        {
            await Console.Error.WriteLineAsync($"The embedded broker cannot start on port {port}: {e.Message}");
            return 1;
        }
    }

    private static async Task AcceptAsync(TcpListener listener, IPEndPoint broker, CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                _ = ForwardAsync(await listener.AcceptSocketAsync(cancellationToken), broker, cancellationToken);
            }
        }
        catch (OperationCanceledException)
        {
            // Asked to stop.
        }
    }

    private static async Task ForwardAsync(Socket client, IPEndPoint broker, CancellationToken cancellationToken)
    {
        try
        {
            using var server = new Socket(SocketType.Stream, ProtocolType.Tcp);
            using (client)
            {
                client.NoDelay = server.NoDelay = true;
                await server.ConnectAsync(broker, cancellationToken);
                await using var clientStream = new NetworkStream(client);
                await using var serverStream = new NetworkStream(server);

                // When one side is gone the other has nobody to talk to.
                await Task.WhenAny(
                    clientStream.CopyToAsync(serverStream, cancellationToken),
                    serverStream.CopyToAsync(clientStream, cancellationToken));
            }
        }
        catch (Exception e) when (e is IOException or SocketException or OperationCanceledException)
        {
            // A client that left, or the end of the broker.
        }
    }
}
