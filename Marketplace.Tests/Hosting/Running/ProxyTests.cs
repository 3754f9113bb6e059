using System.Net;
using System.Net.Sockets;
using System.Text;
using Marketplace.Hosting.Running.Ports;
using Marketplace.Hosting.Running.Proxy;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace Marketplace.Tests.Hosting.Running;

/// <summary>One address before several replicas.</summary>
public sealed class ProxyTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Connections_go_to_the_replicas_in_turn()
    {
        await using var one = new Replica("one");
        await using var two = new Replica("two");
        await using var proxy = Start(one.Port, two.Port);

        string[] answers = [await AskAsync(proxy), await AskAsync(proxy), await AskAsync(proxy), await AskAsync(proxy)];

        Assert.Equal(2, answers.Count(answer => answer == "one: hello"));
        Assert.Equal(2, answers.Count(answer => answer == "two: hello"));
    }

    [Fact]
    public async Task A_replica_that_does_not_accept_is_passed_over()
    {
        var gone = new Replica("gone");
        await using var two = new Replica("two");
        await using var proxy = Start(gone.Port, two.Port);
        await gone.DisposeAsync();

        Assert.Equal(["two: hello", "two: hello", "two: hello"], [await AskAsync(proxy), await AskAsync(proxy), await AskAsync(proxy)]);
    }

    [Fact]
    public async Task Without_any_replica_the_connection_is_closed()
    {
        var gone = new Replica("gone");
        await using var proxy = Start(gone.Port);
        await gone.DisposeAsync();

        Assert.Equal("", await AskAsync(proxy));
    }

    private static RoundRobinProxy Start(params int[] ports)
    {
        var reservation = FreePorts.Reserve();
        reservation.Dispose();
        return RoundRobinProxy.Start(reservation.Port, ports, NullLogger.Instance);
    }

    /// <summary>Says hello, closes its own direction, and reads the answer to the end.</summary>
    private static async Task<string> AskAsync(RoundRobinProxy proxy)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, proxy.Port, Cancel);
        await using var stream = client.GetStream();
        try
        {
            await stream.WriteAsync("hello"u8.ToArray(), Cancel);
            client.Client.Shutdown(SocketShutdown.Send);
            return await new StreamReader(stream).ReadToEndAsync(Cancel);
        }
        catch (IOException)
        {
            return ""; // Reset rather than closed.
        }
    }

    /// <summary>Answers with its name and all it was told, once the other side has said everything.</summary>
    private sealed class Replica : IAsyncDisposable
    {
        private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
        private readonly CancellationTokenSource _stopping = new();
        private readonly Task _serving;

        public Replica(string name)
        {
            _listener.Start();
            Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
            _serving = ServeAsync(name);
        }

        public int Port { get; }

        public async ValueTask DisposeAsync()
        {
            await _stopping.CancelAsync();
            _listener.Dispose();
            await _serving;
            _stopping.Dispose();
        }

        private async Task ServeAsync(string name)
        {
            try
            {
                while (true)
                {
                    using var client = await _listener.AcceptTcpClientAsync(_stopping.Token);
                    await using var stream = client.GetStream();
                    var told = await new StreamReader(stream).ReadToEndAsync(_stopping.Token);
                    await stream.WriteAsync(Encoding.UTF8.GetBytes($"{name}: {told}"), _stopping.Token);
                }
            }
            catch (OperationCanceledException)
            {
            }
        }
    }
}
