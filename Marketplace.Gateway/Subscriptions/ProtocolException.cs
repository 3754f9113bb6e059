using System.Net.WebSockets;

namespace Marketplace.Gateway.Subscriptions;

/// <summary>The client violated the protocol, which closes the connection.</summary>
internal sealed class ProtocolException(WebSocketCloseStatus code, string message) : Exception(message)
{
    public WebSocketCloseStatus Code => code;
}
