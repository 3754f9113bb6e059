using System.Collections.Concurrent;
using System.Net.WebSockets;
using System.Text.Encodings.Web;
using System.Text.Json;
using GraphQL;
using GraphQL.Execution;
using Marketplace.Gateway.Errors;
using Marketplace.Gateway.Execution;
using Marketplace.Gateway.Http;
using Marketplace.Gateway.Security;

namespace Marketplace.Gateway.Subscriptions;

/// <summary>One client's side of <c>graphql-transport-ws</c>; its operations run concurrently.</summary>
/// <param name="socket">The connection.</param>
/// <param name="executor">Executes its operations.</param>
/// <param name="parser">Reads them.</param>
/// <param name="caller">Who opened it, by its HTTP request.</param>
/// <param name="authenticate">Finds out who sent a token, which browsers can only send in <c>connection_init</c>.</param>
/// <param name="limit">Lets an operation pass, or says how long to wait.</param>
/// <param name="time">The clock.</param>
/// <param name="options">Its limits.</param>
/// <param name="logger">Logs failures.</param>
internal sealed partial class WebSocketConnection(
    MessageSocket socket,
    GraphQLExecutor executor,
    RequestParser parser,
    Caller caller,
    Func<string, Task<Caller>> authenticate,
    Func<Caller, CancellationToken, ValueTask<TimeSpan?>> limit,
    TimeProvider time,
    SubscriptionOptions options,
    ILogger logger)
{
    private const string Malformed = "Invalid message received";
    private const string TokenExpired = "The token expired";

    private readonly ConcurrentDictionary<string, Operation> _operations = new();
    private Caller _caller = caller;
    private ITimer? _expiry;
    private bool _initialised;

    /// <summary>Serves the client until it leaves, violates the protocol, or the gateway stops.</summary>
    /// <param name="stopping">The gateway stops: queries are finished; subscriptions are not completed, so that clients subscribe again elsewhere.</param>
    /// <param name="gone">The connection was lost.</param>
    public async Task RunAsync(CancellationToken stopping, CancellationToken gone)
    {
        using var leaving = CancellationTokenSource.CreateLinkedTokenSource(gone);
        await using var initTimeout = time.CreateTimer(_ => _ = CloseUnlessInitialisedAsync(), null, options.InitTimeout, Timeout.InfiniteTimeSpan);
        await using var expiry = time.CreateTimer(_ => _ = socket.CloseAsync(CloseCode.Forbidden, TokenExpired), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _expiry = expiry;
        CloseAtExpiry();
        await using var drain = stopping.UnsafeRegister(_ => _ = DrainAsync(), null);
        try
        {
            while (await socket.ReceiveAsync(leaving.Token) is { } message)
            {
                try
                {
                    await HandleAsync(message, leaving.Token, stopping);
                }
                catch (ProtocolException exception)
                {
                    await socket.CloseAsync(exception.Code, exception.Message);
                }
            }
        }
        catch (Exception exception) when (exception is WebSocketException or OperationCanceledException or IOException)
        {
            // The connection was lost, or a frame is malformed.
        }
        finally
        {
            await leaving.CancelAsync();
            await Task.WhenAll(_operations.Values.Select(operation => operation.Ended));
            await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, "");
        }
    }

    private async ValueTask HandleAsync(ReadOnlyMemory<byte> json, CancellationToken leaving, CancellationToken stopping)
    {
        if (!ClientMessage.TryRead(json, out var message))
        {
            throw new ProtocolException(CloseCode.BadRequest, Malformed);
        }

        switch (message.Type)
        {
            case "connection_init" when _initialised:
                throw new ProtocolException(CloseCode.TooManyInitialisationRequests, "Too many initialisation requests");
            case "connection_init":
                await InitialiseAsync(message.Payload, leaving);
                break;
            case "ping":
                await SendAsync(ServerMessage.Pong, null, message.Payload, leaving);
                break;
            case "pong":
                break;
            case "subscribe" when !_initialised:
                throw new ProtocolException(CloseCode.Unauthorized, "Unauthorized");
            case "subscribe" when !string.IsNullOrEmpty(message.Id):
                Subscribe(message, leaving, stopping);
                break;
            case "complete" when message.Id is not null:
                if (_operations.TryRemove(message.Id, out var operation))
                {
                    operation.Cancel();
                }

                break;
            default:
                throw new ProtocolException(CloseCode.BadRequest, Malformed);
        }
    }

    private async ValueTask InitialiseAsync(ReadOnlyMemory<byte> payload, CancellationToken cancellationToken)
    {
        _initialised = true;
        if (_caller.User is null && ClientMessage.ReadAuthorization(payload.Span) is { } authorization)
        {
            try
            {
                _caller = await authenticate(authorization);
            }
            catch (AuthenticationException exception)
            {
                throw new ProtocolException(exception.Status == StatusCodes.Status401Unauthorized ? CloseCode.Forbidden : CloseCode.TryAgainLater, exception.Error.Code!);
            }
        }

        await SendAsync(ServerMessage.Ack, null, default, cancellationToken);
        CloseAtExpiry();
    }

    private void CloseAtExpiry()
    {
        if (_caller.TimeLeft(time) is { } left)
        {
            _expiry!.Change(left, Timeout.InfiniteTimeSpan);
        }
    }

    private void Subscribe(ClientMessage message, CancellationToken leaving, CancellationToken stopping)
    {
        if (!parser.TryParse(message.Payload, out var request, out var mistake))
        {
            throw new ProtocolException(CloseCode.BadRequest, $"{Malformed}: {mistake}");
        }

        if (_caller.Until <= time.GetUtcNow())
        {
            throw new ProtocolException(CloseCode.Forbidden, TokenExpired);
        }

        if (_operations.ContainsKey(message.Id!))
        {
            throw new ProtocolException(CloseCode.SubscriberAlreadyExists, $"Subscriber for {message.Id} already exists");
        }

        if (_operations.Count >= options.OperationsPerConnection)
        {
            _ = RefuseAsync(Operation.JsonOf(message.Id!), GatewayError.TooManyOperations(options.OperationsPerConnection), leaving);
            return;
        }

        // Only here is one added, and no other message is handled meanwhile.
        var operation = _operations[message.Id!] = new Operation(message.Id!, leaving);
        operation.Ended = RunAsync(operation, request, stopping);
    }

    private async Task RunAsync(Operation operation, GraphQLRequest request, CancellationToken stopping)
    {
        // The client's next message is read meanwhile.
        await Task.Yield();
        try
        {
            if (await limit(_caller, operation.Token) is { } wait)
            {
                await RefuseAsync(operation, GatewayError.RateLimited(wait));
            }
            else if (await ExecuteAsync(operation, request) is { } subscription)
            {
                await ListenAsync(operation, subscription, stopping);
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or WebSocketException or IOException or ObjectDisposedException)
        {
            // The client left, or left the operation.
        }
        catch (Exception exception)
        {
            Log.Failed(logger, exception);
            await RefuseAsync(operation, new UnhandledError("", exception));
        }
        finally
        {
            _operations.TryRemove(KeyValuePair.Create(operation.Id, operation));
            operation.Dispose();
        }
    }

    private async ValueTask<Subscription?> ExecuteAsync(Operation operation, GraphQLRequest request)
    {
        using var span = Telemetry.StartOperation();
        GraphQLOutcome outcome;
        Task sending;
        using (var output = new PooledBuffer())
        {
            (outcome, var subscription) = await executor.ExecuteAsync(request, TransportCapabilities.Mutations | TransportCapabilities.Subscriptions, _caller, output, operation.Token);
            if (subscription is not null)
            {
                return subscription;
            }

            // The message is made of the answer before it waits, which it may do for long.
            sending = outcome == GraphQLOutcome.Executed
                ? SendAsync(ServerMessage.Next, operation.Json, output.WrittenMemory, operation.Token).AsTask()
                : EndAsync(operation, ServerMessage.Error, ResponseWriter.ErrorsOf(output.WrittenMemory)).AsTask();
        }

        await sending;
        if (outcome == GraphQLOutcome.Executed)
        {
            await EndAsync(operation, ServerMessage.Complete, default);
        }

        return null;
    }

    private async ValueTask ListenAsync(Operation operation, Subscription subscription, CancellationToken stopping)
    {
        using var listening = CancellationTokenSource.CreateLinkedTokenSource(operation.Token, stopping);
        using (subscription)
        {
            try
            {
                await foreach (var product in subscription.ReadAllAsync(listening.Token))
                {
                    using var answer = new PooledBuffer();
                    await subscription.WriteAsync(product, answer, operation.Token);
                    await SendAsync(ServerMessage.Next, operation.Json, answer.WrittenMemory, operation.Token);
                }
            }
            catch (GatewayError error)
            {
                await RefuseAsync(operation, error);
            }
        }
    }

    private Task RefuseAsync(Operation operation, ExecutionError error) =>
        TryEnd(operation) ? RefuseAsync(operation.Json, error, operation.Token) : Task.CompletedTask;

    private async Task RefuseAsync(byte[] operation, ExecutionError error, CancellationToken cancellationToken)
    {
        using var output = new PooledBuffer();
        try
        {
            executor.Refuse(error, output);
            await SendAsync(ServerMessage.Error, operation, ResponseWriter.ErrorsOf(output.WrittenMemory), cancellationToken);
        }
        catch (Exception exception) when (exception is OperationCanceledException or WebSocketException or IOException or ObjectDisposedException)
        {
            // The client left.
        }
    }

    // The client may reuse the id from here on; one that completed the operation itself expects no more messages.
    private bool TryEnd(Operation operation) => _operations.TryRemove(KeyValuePair.Create(operation.Id, operation));

    private ValueTask EndAsync(Operation operation, byte[] type, ReadOnlyMemory<byte> payload) =>
        TryEnd(operation) ? SendAsync(type, operation.Json, payload, operation.Token) : default;

    private async ValueTask SendAsync(byte[] type, byte[]? operation, ReadOnlyMemory<byte> payload, CancellationToken cancellationToken)
    {
        using var message = new PooledBuffer();
        ServerMessage.Write(type, operation, payload.Span, message);
        if (!await socket.SendAsync(message.WrittenMemory, cancellationToken))
        {
            Log.NotRead(logger);
        }
    }

    private async Task CloseUnlessInitialisedAsync()
    {
        if (!Volatile.Read(ref _initialised))
        {
            await socket.CloseAsync(CloseCode.InitialisationTimeout, "Connection initialisation timeout");
        }
    }

    private async Task DrainAsync()
    {
        await Task.WhenAll(_operations.Values.Select(operation => operation.Ended));
        await socket.CloseAsync(WebSocketCloseStatus.EndpointUnavailable, "Going away");
    }

    private sealed class Operation(string id, CancellationToken leaving) : IDisposable
    {
        private readonly CancellationTokenSource _left = CancellationTokenSource.CreateLinkedTokenSource(leaving);

        public string Id => id;

        public byte[] Json { get; } = JsonOf(id);

        public CancellationToken Token => _left.Token;

        public static byte[] JsonOf(string id) => [.. "\""u8, .. JsonEncodedText.Encode(id, JavaScriptEncoder.UnsafeRelaxedJsonEscaping).EncodedUtf8Bytes, .. "\""u8];

        public Task Ended { get; set; } = Task.CompletedTask;

        public void Cancel()
        {
            try
            {
                _left.Cancel();
            }
            catch (ObjectDisposedException)
            {
                // It ended just now.
            }
        }

        public void Dispose() => _left.Dispose();
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Debug, "A WebSocket is closed whose client sends and does not read")]
        public static partial void NotRead(ILogger logger);

        [LoggerMessage(LogLevel.Error, "Executing an operation failed")]
        public static partial void Failed(ILogger logger, Exception exception);
    }
}
