using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Marketplace.Tests.Hosting.Command;

/// <summary>A proxy that refuses everything, and remembers what it was asked for.</summary>
internal sealed class RecordingProxy : IAsyncDisposable
{
    private static readonly string[] Names = ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"];

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly Task _accepting;

    private RecordingProxy()
    {
        _listener.Start();
        _accepting = AcceptAsync();
    }

    /// <summary>The first line of each request, such as <c>CONNECT example.com:443 HTTP/1.1</c>.</summary>
    public ConcurrentQueue<string> Requests { get; } = new();

    /// <summary>What a shell has that names it.</summary>
    public IEnumerable<KeyValuePair<string, string>> Variables =>
        Names.Select(name => KeyValuePair.Create(name, $"http://{_listener.LocalEndpoint}"));

    public static RecordingProxy Start() => new();

    public async ValueTask DisposeAsync()
    {
        _listener.Dispose();
        await _accepting;
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                _ = RefuseAsync(await _listener.AcceptTcpClientAsync());
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The end of the test.
        }
    }

    private async Task RefuseAsync(TcpClient client)
    {
        using (client)
        {
            using var reader = new StreamReader(client.GetStream());
            Requests.Enqueue(await reader.ReadLineAsync() ?? "");
            await client.GetStream().WriteAsync("HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"u8.ToArray());
        }
    }
}
