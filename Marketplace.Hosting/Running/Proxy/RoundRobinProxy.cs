using System.Net;
using System.Net.Sockets;
using Marketplace.Hosting.Running.Ports;
using Microsoft.Extensions.Logging;

namespace Marketplace.Hosting.Running.Proxy;

/// <summary>Listens on an endpoint's port and gives each new TCP connection to the next replica that accepts it.</summary>
internal sealed partial class RoundRobinProxy : IAsyncDisposable
{
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(2);

    private readonly IReadOnlyList<int> _replicaPorts;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _stopping = new();
    private readonly List<Socket> _listeners = [];
    private readonly List<Task> _accepting = [];
    private uint _next;

    private RoundRobinProxy(int port, IReadOnlyList<int> replicaPorts, ILogger logger)
    {
        Port = port;
        _replicaPorts = replicaPorts;
        _logger = logger;
    }

    public int Port { get; }

    /// <summary>Starts listening on the loopback addresses.</summary>
    /// <param name="port">The endpoint's port.</param>
    /// <param name="replicaPorts">The loopback port of each replica; one that does not accept is passed over.</param>
    /// <param name="logger">Where failing connections are reported.</param>
    /// <exception cref="SocketException">The port is taken.</exception>
    public static RoundRobinProxy Start(int port, IReadOnlyList<int> replicaPorts, ILogger logger)
    {
        var proxy = new RoundRobinProxy(port, replicaPorts, logger);
        try
        {
            foreach (var address in Loopback.Addresses)
            {
                var listener = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
                proxy._listeners.Add(listener);
                listener.Bind(new IPEndPoint(address, port));
                listener.Listen();
            }
        }
        catch (SocketException)
        {
            proxy._listeners.ForEach(static listener => listener.Dispose());
            throw;
        }

        proxy._accepting.AddRange(proxy._listeners.Select(proxy.AcceptAsync));
        return proxy;
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        _listeners.ForEach(static listener => listener.Dispose());
        await Task.WhenAll(_accepting);
        _stopping.Dispose();
    }

    private async Task AcceptAsync(Socket listener)
    {
        while (!_stopping.IsCancellationRequested)
        {
            try
            {
                var client = await listener.AcceptAsync(_stopping.Token);
                _ = ServeAsync(client);
            }
            catch (OperationCanceledException)
            {
                return;
            }
            catch (SocketException exception)
            {
                Log.AcceptFailed(_logger, Port, exception.Message);
            }
        }
    }

    private async Task ServeAsync(Socket client)
    {
        using (client)
        {
            try
            {
                using var replica = await ConnectAsync();
                if (replica is null)
                {
                    Log.NoReplica(_logger, Port);
                    return;
                }

                client.NoDelay = replica.NoDelay = true;

                // Both streams before the first copy: .NET takes a socket for disconnected once one direction is shut down.
                await using var clientStream = new NetworkStream(client, ownsSocket: false);
                await using var replicaStream = new NetworkStream(replica, ownsSocket: false);
                await Task.WhenAll(PumpAsync(clientStream, replicaStream), PumpAsync(replicaStream, clientStream));
            }
            catch (Exception exception) when (exception is IOException or SocketException or OperationCanceledException or ObjectDisposedException)
            {
                // Either side went away; closing both is all there is to do.
            }
        }
    }

    private async Task<Socket?> ConnectAsync()
    {
        var first = Interlocked.Increment(ref _next);
        for (var offset = 0u; offset < _replicaPorts.Count; offset++)
        {
            var port = _replicaPorts[(int)((first + offset) % (uint)_replicaPorts.Count)];
            foreach (var address in Loopback.Addresses)
            {
                var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
                try
                {
                    using var limit = CancellationTokenSource.CreateLinkedTokenSource(_stopping.Token);
                    limit.CancelAfter(ConnectTimeout);
                    await socket.ConnectAsync(new IPEndPoint(address, port), limit.Token);
                    return socket;
                }
                catch (Exception exception) when (exception is SocketException or OperationCanceledException)
                {
                    socket.Dispose();
                    _stopping.Token.ThrowIfCancellationRequested();
                }
            }
        }

        return null;
    }

    /// <summary>Copies one direction; its end closes only that direction, as half-closed connections still carry the answer.</summary>
    private async Task PumpAsync(NetworkStream from, NetworkStream to)
    {
        try
        {
            await from.CopyToAsync(to, _stopping.Token);
            to.Socket.Shutdown(SocketShutdown.Send);
        }
        catch
        {
            // A reset in one direction leaves nothing to say in the other.
            from.Socket.Close();
            to.Socket.Close();
            throw;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "The proxy on port {Port} could not accept a connection: {Reason}")]
        public static partial void AcceptFailed(ILogger logger, int port, string reason);

        [LoggerMessage(2, LogLevel.Warning, "No replica behind port {Port} accepts connections.")]
        public static partial void NoReplica(ILogger logger, int port);
    }
}
