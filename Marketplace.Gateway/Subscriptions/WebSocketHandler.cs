using Marketplace.Gateway.Execution;
using Marketplace.Gateway.Http;
using Marketplace.Gateway.Security;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Options;

namespace Marketplace.Gateway.Subscriptions;

/// <summary>Accepts WebSockets of the protocol <c>graphql-transport-ws</c>, see https://github.com/enisdenjo/graphql-ws/blob/master/PROTOCOL.md.</summary>
internal sealed class WebSocketHandler(
    GraphQLExecutor executor,
    RequestParser parser,
    BearerTokenValidator tokens,
    ClientLimits limiter,
    ConnectionLimit connections,
    SendBacklog backlog,
    CrossSiteRequestGuard crossSiteGuard,
    IHostApplicationLifetime lifetime,
    TimeProvider time,
    IOptions<GatewayOptions> options,
    ILogger<WebSocketHandler> logger)
{
    private const string Protocol = "graphql-transport-ws";

    /// <summary>Whether a request is to open a WebSocket, in HTTP/1.1 (RFC 6455) or later (RFC 8441).</summary>
    public static bool IsRequested(HttpRequest request) =>
        (request.Headers.Upgrade is [{ } protocol] && protocol.Equals("websocket", StringComparison.OrdinalIgnoreCase)) || HttpMethods.IsConnect(request.Method);

    public async Task HandleAsync(HttpContext context)
    {
        if (!context.WebSockets.IsWebSocketRequest)
        {
            context.Response.StatusCode = StatusCodes.Status400BadRequest;
            return;
        }

        using var connection = connections.TryOpen();
        if (connection is null)
        {
            context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            return;
        }

        await ServeAsync(context);
    }

    private async Task ServeAsync(HttpContext context)
    {
        if (crossSiteGuard.RefusesWebSocket(context.Request))
        {
            context.Response.StatusCode = StatusCodes.Status403Forbidden;
            return;
        }

        Caller caller;
        try
        {
            caller = await tokens.AuthenticateAsync(context);
        }
        catch (AuthenticationException exception)
        {
            context.Response.StatusCode = exception.Status;
            return;
        }

        if (await limiter.TakeAsync(caller, 1, context.RequestAborted) is not null)
        {
            context.Response.StatusCode = StatusCodes.Status429TooManyRequests;
            return;
        }

        // The metric of request durations would count it as a request that took hours.
        context.Features.Get<IHttpMetricsTagsFeature>()?.MetricsDisabled = true;
        var offered = context.WebSockets.WebSocketRequestedProtocols;
        var keepAlive = options.Value.Subscriptions.KeepAlive;
        using var socket = await context.WebSockets.AcceptWebSocketAsync(new WebSocketAcceptContext
        {
            SubProtocol = offered.Contains(Protocol) ? Protocol : null,
            KeepAliveInterval = keepAlive,
            KeepAliveTimeout = keepAlive,
        });
        using var messages = new MessageSocket(socket, options.Value.MaxRequestBytes, backlog, time);
        if (socket.SubProtocol is null)
        {
            await messages.CloseAsync(CloseCode.SubprotocolNotAcceptable, "Subprotocol not acceptable");
        }

        var connection = new WebSocketConnection(messages, executor, parser, caller, token => tokens.AuthenticateAsync(token, context), (sender, token) => limiter.TakeAsync(sender, 1, token), time, options.Value.Subscriptions, logger);
        await connection.RunAsync(lifetime.ApplicationStopping, context.RequestAborted);
    }
}
