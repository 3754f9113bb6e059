using System.Net.WebSockets;
using System.Text;
using Xunit;

namespace Marketplace.Tests.Gateway.Subscriptions;

/// <summary>A WebSocket to the gateway, message by message.</summary>
internal sealed class WebSocketClient : IDisposable
{
    private static readonly TimeSpan TimeLimit = TimeSpan.FromSeconds(60);

    private readonly ClientWebSocket _socket = new();
    private readonly CancellationTokenSource _limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);

    private WebSocketClient() => _limit.CancelAfter(TimeLimit);

    private CancellationToken Limit => _limit.Token;

    public static async Task<WebSocketClient> ConnectAsync(GatewayServer gateway, string subprotocol = "graphql-transport-ws", params IEnumerable<(string Name, string Value)> headers)
    {
        var client = new WebSocketClient();
        client._socket.Options.AddSubProtocol(subprotocol);
        foreach (var (name, value) in headers)
        {
            client._socket.Options.SetRequestHeader(name, value);
        }

        await client._socket.ConnectAsync(new UriBuilder(gateway.Client.BaseAddress!) { Scheme = "ws", Path = "graphql" }.Uri, client.Limit);
        return client;
    }

    /// <summary>Connects and exchanges the greetings.</summary>
    public static async Task<WebSocketClient> GreetAsync(GatewayServer gateway, string init = """{"type":"connection_init"}""")
    {
        var client = await ConnectAsync(gateway);
        await client.SendAsync(init);
        Assert.Equal("""{"type":"connection_ack"}""", await client.ReceiveAsync());
        return client;
    }

    public Task SendAsync(string message) => SendAsync(Encoding.UTF8.GetBytes(message), WebSocketMessageType.Text);

    public Task SendAsync(byte[] bytes, WebSocketMessageType type, bool endOfMessage = true) => _socket.SendAsync(bytes, type, endOfMessage, Limit);

    /// <summary>Sends a message unless the gateway closed meanwhile.</summary>
    public async Task TrySendAsync(string message)
    {
        try
        {
            await SendAsync(message);
        }
        catch (WebSocketException)
        {
            // The gateway closed.
        }
    }

    /// <summary>Begins to close unless the gateway did.</summary>
    public async Task TryCloseAsync()
    {
        try
        {
            await _socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, Limit);
        }
        catch (WebSocketException)
        {
            // The gateway closed.
        }
    }

    /// <summary>The next message.</summary>
    public async Task<string> ReceiveAsync() =>
        await NextAsync() ?? throw new InvalidOperationException($"The gateway closed with {_socket.CloseStatus}: {_socket.CloseStatusDescription}");

    /// <summary>The code the gateway closes with; messages before are passed over.</summary>
    public async Task<int?> CloseCodeAsync()
    {
        while (await NextAsync() is not null)
        {
        }

        if (_socket.State == WebSocketState.CloseReceived)
        {
            await TryCloseAsync();
        }

        return (int?)_socket.CloseStatus;
    }

    public void Dispose()
    {
        _socket.Dispose();
        _limit.Dispose();
    }

    private async Task<string?> NextAsync()
    {
        var message = new MemoryStream();
        var buffer = new byte[16 * 1024];
        while (true)
        {
            var result = await _socket.ReceiveAsync(buffer, Limit);
            if (result.MessageType == WebSocketMessageType.Close)
            {
                return null;
            }

            message.Write(buffer, 0, result.Count);
            if (result.EndOfMessage)
            {
                return Encoding.UTF8.GetString(message.ToArray());
            }
        }
    }
}
