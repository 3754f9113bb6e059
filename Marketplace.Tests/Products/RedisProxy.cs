using System.Net;
using System.Net.Sockets;

namespace Marketplace.Tests.Products;

/// <summary>Passes a service's connections on to Redis and counts the round trips: how often a request follows an answer.</summary>
internal sealed class RedisProxy : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly IPEndPoint _server;
    private readonly Task _accepting;
    private int _roundTrips;

    /// <param name="port">Where Redis listens on this machine.</param>
    public RedisProxy(int port)
    {
        _server = new IPEndPoint(IPAddress.Loopback, port);
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public string Address => $"127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}";

    public int RoundTrips => Volatile.Read(ref _roundTrips);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _accepting;
        _listener.Dispose();
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        var connections = new List<Task>();
        try
        {
            while (true)
            {
                connections.Add(PassAsync(await _listener.AcceptTcpClientAsync(_stop.Token)));
            }
        }
        catch (OperationCanceledException)
        {
            await Task.WhenAll(connections);
        }
    }

    private async Task PassAsync(TcpClient client)
    {
        using var server = new TcpClient { NoDelay = true };
        using (client)
        {
            client.NoDelay = true;
            await server.ConnectAsync(_server);
            var answered = 1;
            await Task.WhenAny(
                CopyAsync(client, server, () => Interlocked.Add(ref _roundTrips, Interlocked.Exchange(ref answered, 0))),
                CopyAsync(server, client, () => Interlocked.Exchange(ref answered, 1)));
        }
    }

    private async Task CopyAsync(TcpClient from, TcpClient to, Action passed)
    {
        var buffer = new byte[65536];
        try
        {
            int length;
            while ((length = await from.GetStream().ReadAsync(buffer, _stop.Token)) > 0)
            {
                passed();
                await to.GetStream().WriteAsync(buffer.AsMemory(0, length), _stop.Token);
            }
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException or ObjectDisposedException)
        {
            // One side has closed the connection; the other is closed with it.
        }
    }
}
