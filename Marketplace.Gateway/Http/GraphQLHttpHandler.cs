using System.Buffers;
using System.Globalization;
using System.IO.Pipelines;
using System.Text;
using GraphQL;
using GraphQL.Execution;
using Marketplace.Gateway.Errors;
using Marketplace.Gateway.Execution;
using Marketplace.Gateway.Ide;
using Marketplace.Gateway.Security;
using Marketplace.Gateway.Subscriptions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;

namespace Marketplace.Gateway.Http;

/// <summary>GraphQL over HTTP by the specification's draft, see https://graphql.github.io/graphql-over-http/draft/.</summary>
internal sealed partial class GraphQLHttpHandler(
    GraphQLExecutor executor,
    RequestParser parser,
    EventStream events,
    BearerTokenValidator tokens,
    ClientLimits limiter,
    ConnectionLimit connections,
    CrossSiteRequestGuard crossSiteGuard,
    IOptions<GatewayOptions> options,
    ILogger<GraphQLHttpHandler> logger)
{
    private static readonly string[] Parameters = ["query", "documentId", "doc_id", "operationName", "variables", "extensions"];

    /// <summary>Handles <c>GET</c> and <c>POST</c>, and refuses other methods.</summary>
    public async Task HandleAsync(HttpContext context)
    {
        using var span = Telemetry.Continue(context.Request.Headers.TraceParent);
        var format = MediaTypes.Choose(context.Request.Headers.Accept, out var streams);
        try
        {
            if (!HttpMethods.IsPost(context.Request.Method) && !HttpMethods.IsGet(context.Request.Method))
            {
                context.Response.Headers.Allow = "GET, POST";
                await RefuseAsync(context, format, StatusCodes.Status405MethodNotAllowed, "Requests are sent with POST, queries with GET too.");
                return;
            }

            var caller = await tokens.AuthenticateAsync(context);
            if (await limiter.TakeAsync(caller, 1, context.RequestAborted) is { } wait)
            {
                await RefuseAsync(context, format, wait);
                return;
            }

            var capabilities = streams ? TransportCapabilities.Subscriptions : TransportCapabilities.None;
            var subscription = await (HttpMethods.IsPost(context.Request.Method) ? PostAsync(context, format, capabilities | TransportCapabilities.Mutations, caller) : GetAsync(context, format, capabilities, caller));
            if (subscription is not null)
            {
                await StreamAsync(context, subscription, caller);
            }
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            context.Response.StatusCode = StatusCodes.Status499ClientClosedRequest;
        }
        catch (AuthenticationException exception) when (exception.Wait is { } wait)
        {
            await RefuseAsync(context, format, wait);
        }
        catch (AuthenticationException exception)
        {
            if (exception.Status == StatusCodes.Status401Unauthorized)
            {
                context.Response.Headers.WWWAuthenticate = "Bearer error=\"invalid_token\"";
            }

            await RefuseAsync(context, format, exception.Status, exception.Error);
        }
        catch (BadHttpRequestException exception)
        {
            await RefuseAsync(context, format, exception.StatusCode, exception.StatusCode == StatusCodes.Status413PayloadTooLarge
                ? $"The body is larger than {options.Value.MaxRequestBytes} bytes."
                : "The HTTP request is malformed.");
        }
        catch (Exception exception) when (!context.Response.HasStarted)
        {
            using var failing = Telemetry.StartUnlessTraced();
            Log.Failed(logger, exception);
            await RefuseAsync(context, format, StatusCodes.Status500InternalServerError, new UnhandledError("", exception));
        }
    }

    private async ValueTask StreamAsync(HttpContext context, Subscription subscription, Caller caller)
    {
        using var _ = subscription;
        using var connection = connections.TryOpen();
        if (connection is null)
        {
            await RefuseAsync(context, ResponseFormat.Json, StatusCodes.Status503ServiceUnavailable, GatewayError.TooManyConnections());
            return;
        }

        await events.WriteAsync(context, subscription, caller);
    }

    private async ValueTask<Subscription?> PostAsync(HttpContext context, ResponseFormat format, TransportCapabilities capabilities, Caller caller)
    {
        if (!await CanRespondAsync(context, format))
        {
            return null;
        }

        // Only JSON: for it browsers send a preflight first, so that no page of another site can post here unasked (CSRF).
        if (!MediaTypes.IsJson(context.Request.ContentType))
        {
            await RefuseAsync(context, format, StatusCodes.Status415UnsupportedMediaType, $"The body must be {MediaTypes.Json} in UTF-8 and be declared so.");
            return null;
        }

        var pipe = context.Request.BodyReader;
        var read = await ReadToEndAsync(pipe, context.RequestAborted);
        try
        {
            var body = read.Buffer.IsSingleSegment ? read.Buffer.First : read.Buffer.ToArray();
            if (executor.TryRepeat(body.Span, out var answer))
            {
                await WriteAsync(context, format, StatusCodes.Status200OK, answer);
                return null;
            }

            if (RequestParser.IsBatch(body.Span))
            {
                await ExecuteBatchAsync(context, format, body, capabilities & ~TransportCapabilities.Subscriptions, caller);
                return null;
            }

            if (parser.TryParse(body, out var request, out var mistake))
            {
                return await ExecuteAsync(context, format, request with { Body = body }, capabilities, caller);
            }

            await RefuseAsync(context, format, StatusCodes.Status400BadRequest, mistake);
            return null;
        }
        finally
        {
            // The request refers to the body's bytes until here.
            pipe.AdvanceTo(read.Buffer.End);
        }
    }

    private async ValueTask<Subscription?> GetAsync(HttpContext context, ResponseFormat format, TransportCapabilities capabilities, Caller caller)
    {
        if (format == ResponseFormat.Html && options.Value.Explorable is true)
        {
            await IdePage.WriteAsync(context);
            return null;
        }

        if (!await CanRespondAsync(context, format))
        {
            return null;
        }

        if (crossSiteGuard.RefusesGet(context.Request))
        {
            await RefuseAsync(context, format, StatusCodes.Status403Forbidden, new GatewayError(ErrorCodes.Forbidden, "Pages of other sites must send the header GraphQL-Preflight, or be among the origins allowed."));
            return null;
        }

        var parameters = context.Request.Query;
        if (Array.Exists(Parameters, name => parameters[name].Count > 1))
        {
            await RefuseAsync(context, format, StatusCodes.Status400BadRequest, "A parameter is given more than once.");
            return null;
        }

        if (!TryReadObject(parameters["variables"], out var variables) || !TryReadObject(parameters["extensions"], out var extensions))
        {
            await RefuseAsync(context, format, StatusCodes.Status400BadRequest, "The parameters 'variables' and 'extensions' must be JSON objects.");
            return null;
        }

        var query = Value("query");
        var documentId = Value("documentId") ?? Value("doc_id") ?? RequestParser.ReadHash(extensions.Span);
        if (query is null && documentId is null)
        {
            await RefuseAsync(context, format, StatusCodes.Status400BadRequest, "The parameter 'query' is missing, and so is 'documentId'.");
            return null;
        }

        return await ExecuteAsync(context, format, new GraphQLRequest(query, parameters["operationName"], variables, documentId), capabilities, caller);

        string? Value(string name) => StringValues.IsNullOrEmpty(parameters[name]) ? null : (string?)parameters[name];
    }

    private async ValueTask<bool> CanRespondAsync(HttpContext context, ResponseFormat format)
    {
        if (format is ResponseFormat.Json or ResponseFormat.GraphQLResponse or ResponseFormat.EventStream)
        {
            return true;
        }

        await RefuseAsync(context, ResponseFormat.Json, StatusCodes.Status406NotAcceptable, $"Responses are available as {MediaTypes.GraphQLResponse}, {MediaTypes.Json} and {MediaTypes.EventStream}.");
        return false;
    }

    private async ValueTask<Subscription?> ExecuteAsync(HttpContext context, ResponseFormat format, GraphQLRequest request, TransportCapabilities capabilities, Caller caller)
    {
        using var answer = new PooledBuffer();
        var (outcome, subscription) = await executor.ExecuteAsync(request, capabilities, caller, answer, context.RequestAborted);
        if (subscription is not null)
        {
            return subscription;
        }

        if (outcome == GraphQLOutcome.RefusedAsMutation)
        {
            context.Response.Headers.Allow = HttpMethods.Post;
        }

        await WriteAsync(context, format, StatusOf(outcome, format), answer.WrittenMemory);
        return null;
    }

    // The requests run concurrently; each response is what the request alone would get.
    private async ValueTask ExecuteBatchAsync(HttpContext context, ResponseFormat format, ReadOnlyMemory<byte> body, TransportCapabilities capabilities, Caller caller)
    {
        var limit = options.Value.Limits.Batch;
        if (!parser.TryParseBatch(body, limit, out var requests, out var mistake))
        {
            await RefuseAsync(context, format, StatusCodes.Status400BadRequest, mistake);
            return;
        }

        if (requests.Count > limit)
        {
            await RefuseAsync(context, format, StatusCodes.Status400BadRequest, GatewayError.BatchTooLarge(limit));
            return;
        }

        // The first one has been counted already.
        if (requests.Count > 1 && await limiter.TakeAsync(caller, requests.Count - 1, context.RequestAborted) is { } wait)
        {
            await RefuseAsync(context, format, wait);
            return;
        }

        using var span = Telemetry.StartUnlessTraced();
        var answers = requests.ConvertAll(_ => new PooledBuffer());
        try
        {
            await Task.WhenAll(requests.Select((request, index) => executor.ExecuteAsync(request, capabilities, caller, answers[index], context.RequestAborted).AsTask()));
            using var all = new PooledBuffer();
            foreach (var (index, answer) in answers.Index())
            {
                all.Write(index == 0 ? "["u8 : ","u8);
                all.Write(answer.WrittenSpan);
            }

            all.Write("]"u8);
            await WriteAsync(context, format, StatusCodes.Status200OK, all.WrittenMemory);
        }
        finally
        {
            answers.ForEach(static answer => answer.Dispose());
        }
    }

    private static int StatusOf(GraphQLOutcome outcome, ResponseFormat format) => outcome switch
    {
        GraphQLOutcome.RefusedAsMutation => StatusCodes.Status405MethodNotAllowed,
        GraphQLOutcome.Refused when format == ResponseFormat.GraphQLResponse => StatusCodes.Status400BadRequest,
        _ => StatusCodes.Status200OK,
    };

    private ValueTask RefuseAsync(HttpContext context, ResponseFormat format, TimeSpan wait)
    {
        context.Response.Headers.RetryAfter = Math.Max(1, (long)Math.Ceiling(wait.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
        return RefuseAsync(context, format, StatusCodes.Status429TooManyRequests, GatewayError.RateLimited(wait));
    }

    private ValueTask RefuseAsync(HttpContext context, ResponseFormat format, int status, string? message) =>
        RefuseAsync(context, format, status, new GatewayError(ErrorCodes.BadRequest, message!));

    private async ValueTask RefuseAsync(HttpContext context, ResponseFormat format, int status, ExecutionError error)
    {
        using var answer = new PooledBuffer();
        executor.Refuse(error, answer);
        await WriteAsync(context, format, status, answer.WrittenMemory);
    }

    private static async ValueTask WriteAsync(HttpContext context, ResponseFormat format, int status, ReadOnlyMemory<byte> answer)
    {
        // Clients of event streams read errors from events; another status would look like a failed connection.
        if (format == ResponseFormat.EventStream)
        {
            await EventStream.WriteAsync(context, answer);
            return;
        }

        var response = context.Response;
        response.StatusCode = status;
        response.ContentType = MediaTypes.ContentType(format);
        response.Headers.XContentTypeOptions = "nosniff";
        if (answer.Length >= Compression.From)
        {
            await WriteLargeAsync(context, answer);
            return;
        }

        response.ContentLength = answer.Length;
        await response.BodyWriter.WriteAsync(answer, context.RequestAborted);
    }

    private static async ValueTask WriteLargeAsync(HttpContext context, ReadOnlyMemory<byte> answer)
    {
        var response = context.Response;
        response.Headers.Append("Vary", "Accept-Encoding");
        using var compressed = new PooledBuffer();
        if (Compression.Choose(context.Request.Headers.AcceptEncoding) is { } encoding)
        {
            Compression.Compress(encoding, answer, compressed);
            response.Headers.ContentEncoding = encoding;
            answer = compressed.WrittenMemory;
        }

        response.ContentLength = answer.Length;
        await response.BodyWriter.WriteAsync(answer, context.RequestAborted);
    }

    private static async ValueTask<ReadResult> ReadToEndAsync(PipeReader pipe, CancellationToken cancellationToken)
    {
        while (true)
        {
            // Kestrel enforces the limit of the body's size.
            var read = await pipe.ReadAsync(cancellationToken);
            if (read.IsCompleted)
            {
                return read;
            }

            pipe.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        }
    }

    private static bool TryReadObject(StringValues parameter, out ReadOnlyMemory<byte> json)
    {
        json = default;
        return StringValues.IsNullOrEmpty(parameter) || RequestParser.TryReadObject(Encoding.UTF8.GetBytes(parameter!), out json);
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Error, "Handling a request failed")]
        public static partial void Failed(ILogger logger, Exception exception);
    }
}
