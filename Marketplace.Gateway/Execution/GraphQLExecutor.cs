using System.Buffers;
using System.Diagnostics;
using GraphQL;
using GraphQL.Execution;
using GraphQL.Types;
using GraphQLParser.AST;
using Marketplace.Gateway.Errors;
using Marketplace.Gateway.Execution.Plans;
using Marketplace.Gateway.Products;
using Marketplace.Gateway.Schema;
using Marketplace.Gateway.Security;
using Marketplace.Gateway.Subscriptions;
using Marketplace.Messaging.Contracts;
using ExecutionOptions = GraphQL.ExecutionOptions;

namespace Marketplace.Gateway.Execution;

/// <summary>Executes requests and writes their answers: by a plan where the operation has one, else with the library's executor.</summary>
internal sealed partial class GraphQLExecutor(
    Documents documents,
    PersistedDocuments persisted,
    PlanRunner plans,
    AnswerMemory memory,
    ProductFeeds feeds,
    ISchema schema,
    AnswerWriter answers,
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

    /// <summary>Whether plans are used; the answers are the same without.</summary>
    public bool UsesPlans { get; set; } = true;

    /// <summary>Finds the answer to a request that came before, byte for byte, if it would be the same now.</summary>
    /// <param name="body">The request as it came.</param>
    /// <param name="answer">The answer.</param>
    public bool TryRepeat(ReadOnlySpan<byte> body, out ReadOnlyMemory<byte> answer)
    {
        if (!memory.TryGet(body, out answer, out var operation))
        {
            return false;
        }

        Describe(operation);
        return true;
    }

    /// <summary>Executes <paramref name="request"/> and writes the answer to <paramref name="output"/>.</summary>
    /// <param name="request">The request.</param>
    /// <param name="abilities">What the way by which it came can do besides queries.</param>
    /// <param name="caller">Who sent it.</param>
    /// <param name="output">Gets the answer; empty before.</param>
    /// <param name="cancellationToken">Ends the execution; nothing is written then.</param>
    public async ValueTask<GraphQLAnswer> ExecuteAsync(GraphQLRequest request, Abilities abilities, Caller caller, ArrayBufferWriter<byte> output, CancellationToken cancellationToken)
    {
        var query = request.Query;
        if (request.Hash is not null || !persisted.AllowsAny)
        {
            (query, var notFound) = await persisted.FindAsync(request);
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

        // A text that comes with its hash is also to be kept under it, each time.
        var registers = request is { Hash: not null, Query: not null };
        if (registers)
        {
            persisted.Keep(query!);
        }

        if (document.Find(request.OperationName, out var unknown) is not { } operation)
        {
            return Refuse(unknown!, output);
        }

        Describe(operation.Node);
        if (operation.Node.Operation == OperationType.Mutation && !abilities.HasFlag(Abilities.Write))
        {
            Refuse(new GatewayError(ErrorCodes.BadRequest, "Mutations cannot be sent with GET; send this operation with POST."), output);
            return new(GraphQLOutcome.RefusedAsWrite);
        }

        var streams = operation.Node.Operation == OperationType.Subscription;
        if (streams && !abilities.HasFlag(Abilities.Stream))
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
                await plans.RunAsync(plan, values, document.Ast!, output, cancellationToken);
            }
            else if (!registers)
            {
                var (marketplace, id) = (plan.Single!.Marketplace.In(values), plan.Single.Id.In(values));
                memory.Keep(request.Body.Span, output.WrittenSpan, operation.Node, marketplace, id, product);
            }

            return new(GraphQLOutcome.Executed);
        }

        using var span = Telemetry.StartUnlessTraced();
        if (!answers.TryRead(request.Variables.Span, out var variables))
        {
            return Refuse(new GatewayError(ErrorCodes.BadRequest, "The variables are no JSON object that can be read."), output);
        }

        if (streams)
        {
            return await SubscribeAsync(document, operation, request, variables, caller, output, cancellationToken);
        }

        var result = await RunAsync(document, request.OperationName, variables, caller, null, cancellationToken);
        answers.Write(result, output);
        return new(result.Executed ? GraphQLOutcome.Executed : GraphQLOutcome.Refused);
    }

    /// <summary>Writes the answer of a request that is not executed.</summary>
    public GraphQLAnswer Refuse(ExecutionError error, IBufferWriter<byte> output) => Refuse([error], output);

    private GraphQLAnswer Refuse(ExecutionErrors errors, IBufferWriter<byte> output)
    {
        using var span = Telemetry.StartUnlessTraced();
        answers.Write(new ExecutionResult { Errors = errors }, output);
        return new(GraphQLOutcome.Refused);
    }

    private async ValueTask<GraphQLAnswer> SubscribeAsync(Document document, Document.Operation operation, GraphQLRequest request, Inputs variables, Caller caller, IBufferWriter<byte> output, CancellationToken cancellationToken)
    {
        var result = await RunAsync(document, request.OperationName, variables, caller, null, cancellationToken);
        if (result is not SubscribedResult { Filter: { } filter })
        {
            return Refuse(result.Errors!, output);
        }

        // The request's own bytes are gone when the first product comes, so they are read now.
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

        GraphQLAnswer Subscribed(Func<ProductJson, IBufferWriter<byte>, CancellationToken, ValueTask> write) =>
            new(GraphQLOutcome.Subscribed, new Subscription(feeds.Open(filter.Marketplace, filter.Ids), write));
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
