using System.Buffers;
using System.Diagnostics;
using GraphQL;
using GraphQL.Execution;
using GraphQL.Types;
using GraphQLParser.AST;
using Marketplace.Contracts;
using Marketplace.Gateway.Errors;
using Marketplace.Gateway.Execution.Plans;
using Marketplace.Gateway.Products;
using Marketplace.Gateway.Security;
using Marketplace.Gateway.Subscriptions;
using ExecutionOptions = GraphQL.ExecutionOptions;

namespace Marketplace.Gateway.Execution;

/// <summary>Executes requests and writes their responses: by a plan where the operation has one, else with the library's executor.</summary>
internal sealed partial class GraphQLExecutor(
    DocumentCache documents,
    PersistedDocuments persisted,
    PlanRunner plans,
    ResponseCache responses,
    ProductSubscribers subscribers,
    ISchema schema,
    ResponseWriter answers,
    ILogger<GraphQLExecutor> logger)
{
    private readonly DocumentExecuter _executer = new(
        new GraphQLDocumentBuilder(),
        new GraphQL.Validation.DocumentValidator(),
        new DefaultExecutionStrategySelector(
        [
            new ExecutionStrategyRegistration(new RawJsonExecution(), OperationType.Query),
            new ExecutionStrategyRegistration(new MutationExecution(), OperationType.Mutation),
            new ExecutionStrategyRegistration(new SubscriptionExecution(), OperationType.Subscription),
        ]),
        []);

    /// <summary>Whether plans are used; the responses are the same without.</summary>
    public bool UsesPlans { get; set; } = true;

    /// <summary>Finds the cached response to a request that came before, byte for byte.</summary>
    /// <param name="body">The request as it came.</param>
    /// <param name="response">The response.</param>
    public bool TryRepeat(ReadOnlySpan<byte> body, out ReadOnlyMemory<byte> response)
    {
        if (!responses.TryGet(body, out response, out var operation))
        {
            return false;
        }

        Describe(operation);
        return true;
    }

    /// <summary>Executes <paramref name="request"/> and writes the response to <paramref name="output"/>.</summary>
    /// <param name="request">The request.</param>
    /// <param name="capabilities">What its transport can do besides queries.</param>
    /// <param name="caller">Who sent it.</param>
    /// <param name="output">Receives the response; empty before.</param>
    /// <param name="cancellationToken">Ends the execution; nothing is written then.</param>
    public async ValueTask<GraphQLResult> ExecuteAsync(GraphQLRequest request, TransportCapabilities capabilities, Caller caller, PooledBuffer output, CancellationToken cancellationToken)
    {
        var query = request.Query;
        if (request.DocumentId is not null || !persisted.AllowsAny)
        {
            (query, var notFound) = await persisted.FindAsync(request, caller, cancellationToken);
            if (notFound is not null)
            {
                return Refuse(notFound, output);
            }
        }

        var document = request.Known ?? await documents.GetAsync(query!);
        if (document.Errors is { } errors)
        {
            return Refuse(errors, output);
        }

        // A text that comes with its hash is registered under it each time.
        var registers = request is { DocumentId: not null, Query: not null };
        if (registers)
        {
            persisted.Register(query!);
        }

        if (document.Find(request.OperationName, out var unknown) is not { } operation)
        {
            return Refuse(unknown!, output);
        }

        Describe(operation.Node);
        if (operation.Node.Operation == OperationType.Mutation && !capabilities.HasFlag(TransportCapabilities.Mutations))
        {
            Refuse(new GatewayError(ErrorCodes.BadRequest, "Mutations cannot be sent with GET; send this operation with POST."), output);
            return new(GraphQLOutcome.RefusedAsMutation);
        }

        var streams = operation.Node.Operation == OperationType.Subscription;
        if (streams && !capabilities.HasFlag(TransportCapabilities.Subscriptions))
        {
            return Refuse(new GatewayError(ErrorCodes.BadRequest, "A subscription needs a WebSocket (graphql-transport-ws) or the header Accept: text/event-stream."), output);
        }

        if (operation.Cost.Exceeded(request.Variables.Span) is { } exceeded)
        {
            return Refuse(exceeded, output);
        }

        if (!streams && UsesPlans && operation.Plans is { } planned && planned.TryBind(request.Variables.Span, out var plan, out var values))
        {
            if (plans.TryRun(plan, values, document.Ast!, output) is not { } product)
            {
                await plans.RunAsync(plan, values, document.Ast!, caller, output, cancellationToken);
            }
            else if (!registers)
            {
                responses.Add(request.Body.Span, output.WrittenSpan, operation.Node, plan.Single!.ProductIn(values), product);
            }

            return new(GraphQLOutcome.Executed);
        }

        using var span = Telemetry.StartUnlessTraced();
        if (!answers.TryRead(request.Variables.Span, out var variables))
        {
            return Refuse(new GatewayError(ErrorCodes.BadRequest, "The variables are not a JSON object that can be read."), output);
        }

        if (streams)
        {
            return await SubscribeAsync(document, operation, request, variables, caller, output, cancellationToken);
        }

        var result = await RunAsync(document, request.OperationName, variables, caller, null, cancellationToken);
        answers.Write(result, output);
        return new(result.Executed ? GraphQLOutcome.Executed : GraphQLOutcome.Refused);
    }

    /// <summary>Writes the response to a request that is not executed.</summary>
    public GraphQLResult Refuse(ExecutionError error, IBufferWriter<byte> output) => Refuse([error], output);

    private GraphQLResult Refuse(ExecutionErrors errors, IBufferWriter<byte> output)
    {
        using var span = Telemetry.StartUnlessTraced();
        answers.Write(new ExecutionResult { Errors = errors }, output);
        return new(GraphQLOutcome.Refused);
    }

    private async ValueTask<GraphQLResult> SubscribeAsync(Document document, Document.Operation operation, GraphQLRequest request, Inputs variables, Caller caller, IBufferWriter<byte> output, CancellationToken cancellationToken)
    {
        var result = await RunAsync(document, request.OperationName, variables, caller, null, cancellationToken);
        if (result is not SubscribedResult { Filter: { } filter })
        {
            return Refuse(result.Errors!, output);
        }

        // The request's bytes are returned to their pool before the first product, so the variables are read now.
        if (UsesPlans && operation.Plans is { } planned && planned.TryBind(request.Variables.Span, out var plan, out var values))
        {
            return Subscribed((product, buffer, _) =>
            {
                plans.Write(plan, values, document.Ast!, ProductResult.Found(product, ProductSource.Database), buffer);
                return ValueTask.CompletedTask;
            });
        }

        var operationName = request.OperationName;
        return Subscribed(async (product, buffer, token) =>
        {
            using var span = Telemetry.StartUnlessTraced();
            answers.Write(await RunAsync(document, operationName, variables, caller, new FoundProduct(product, filter.Marketplace, ProductSource.Database), token), buffer);
        });

        GraphQLResult Subscribed(Func<ProductJson, IBufferWriter<byte>, CancellationToken, ValueTask> write) =>
            new(GraphQLOutcome.Subscribed, new Subscription(subscribers.Add(filter), write));
    }

    private Task<ExecutionResult> RunAsync(Document document, string? operationName, Inputs variables, Caller caller, object? root, CancellationToken cancellationToken) =>
        _executer.ExecuteAsync(new ExecutionOptions
        {
            Schema = schema,
            Query = document.Text,
            Document = document.Ast,
            ValidationRules = [],
            OperationName = operationName,
            Variables = variables,
            Root = root,
            User = caller.User,
            UserContext = caller.ToContext(),
            CancellationToken = cancellationToken,
            UnhandledExceptionDelegate = context =>
            {
                Log.Failed(logger, context.OriginalException);
                return Task.CompletedTask;
            },
        });

    // OpenTelemetry's semantic conventions for GraphQL servers, on the request's own span.
    private static void Describe(GraphQLOperationDefinition operation)
    {
        if (Activity.Current is { IsAllDataRequested: true } activity)
        {
            activity.SetTag("graphql.operation.type", operation.Operation switch
            {
                OperationType.Query => "query",
                OperationType.Mutation => "mutation",
                _ => "subscription",
            });
            if (operation.Name is { } name)
            {
                activity.SetTag("graphql.operation.name", name.StringValue);
            }
        }
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Error, "Executing a request failed")]
        public static partial void Failed(ILogger logger, Exception exception);
    }
}
