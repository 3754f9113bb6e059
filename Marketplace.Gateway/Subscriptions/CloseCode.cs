using System.Net.WebSockets;

namespace Marketplace.Gateway.Subscriptions;

/// <summary>The close codes of <c>graphql-transport-ws</c>, and those of WebSockets that the framework does not name.</summary>
internal static class CloseCode
{
    public const WebSocketCloseStatus BadRequest = (WebSocketCloseStatus)4400;
    public const WebSocketCloseStatus Unauthorized = (WebSocketCloseStatus)4401;
    public const WebSocketCloseStatus Forbidden = (WebSocketCloseStatus)4403;
    public const WebSocketCloseStatus SubprotocolNotAcceptable = (WebSocketCloseStatus)4406;
    public const WebSocketCloseStatus TryAgainLater = (WebSocketCloseStatus)1013;
    public const WebSocketCloseStatus InitialisationTimeout = (WebSocketCloseStatus)4408;
    public const WebSocketCloseStatus SubscriberAlreadyExists = (WebSocketCloseStatus)4409;
    public const WebSocketCloseStatus TooManyInitialisationRequests = (WebSocketCloseStatus)4429;

    /// <summary>The client sends and does not read; the protocol leaves 4000-4999 to servers.</summary>
    public const WebSocketCloseStatus TooMuchUnread = (WebSocketCloseStatus)4413;
}
