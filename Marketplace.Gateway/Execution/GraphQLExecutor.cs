using System.Buffers;
using System.Diagnostics;
using GraphQL;
using GraphQL.Execution;
using GraphQL.Types;
using GraphQLParser.AST;
using Marketplace.Gateway.Errors;
using Marketplace.Gateway.Execution.Plans;
using ExecutionOptions = GraphQL.ExecutionOptions;

namespace Marketplace.Gateway.Execution;

/// <summary>Executes requests and writes their answers: by a plan where the operation has one, else with the library's executor.</summary>
internal sealed partial class GraphQLExecutor(
    Documents documents,
    PersistedDocuments persisted,
    PlanRunner plans,
    ISchema schema,
    AnswerWriter answers,
    ILogger<GraphQLExecutor> logger)
{
    private readonly DocumentExecuter _executer = new(
        new GraphQLDocumentBuilder(),
        new GraphQL.Validation.DocumentValidator(),
        new DefaultExecutionStrategySelector([new ExecutionStrategyRegistration(new RawJsonExecution(), OperationType.Query)]),
        []);

    /// <summary>Whether plans are used; the answers are the same without.</summary>
    public bool UsesPlans { get; init; } = true;

    /// <summary>Executes <paramref name="request"/> and writes the answer to <paramref name="output"/>.</summary>
    /// <param name="request">The request.</param>
    /// <param name="readOnly">Whether only queries may be executed.</param>
    /// <param name="output">Gets the answer.</param>
    /// <param name="cancellationToken">Ends the execution; nothing is written then.</param>
    public async ValueTask<GraphQLOutcome> ExecuteAsync(GraphQLRequest request, bool readOnly, IBufferWriter<byte> output, CancellationToken cancellationToken)
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

        var document = await documents.GetAsync(query!);
        if (document.Errors is { } errors)
        {
            return Refuse(errors, output);
        }

        if (request is { Hash: not null, Query: { } text })
        {
            persisted.Keep(text);
        }

        if (document.Find(request.OperationName, out var unknown) is not { } operation)
        {
            return Refuse(unknown!, output);
        }

        Describe(operation.Node);
        if (readOnly && operation.Node.Operation != OperationType.Query)
        {
            Refuse(new GatewayError(ErrorCodes.BadRequest, "Only queries can be sent with GET; send this operation with POST."), output);
            return GraphQLOutcome.RefusedAsWrite;
        }

        if (operation.Cost.Exceeded(request.Variables.Span) is { } exceeded)
        {
            return Refuse(exceeded, output);
        }

        if (UsesPlans && operation.Plans is { } planned && planned.TryBind(request.Variables.Span, out var plan, out var values))
        {
            await plans.RunAsync(plan, values, document.Ast!, output, cancellationToken);
            return GraphQLOutcome.Executed;
        }

        if (!answers.TryRead(request.Variables.Span, out var variables))
        {
            return Refuse(new GatewayError(ErrorCodes.BadRequest, "The variables are no JSON object that can be read."), output);
        }

        var result = await _executer.ExecuteAsync(new ExecutionOptions
        {
            Schema = schema,
            Query = document.Text,
            Document = document.Ast,
            ValidationRules = [],
            OperationName = request.OperationName,
            Variables = variables,
            CancellationToken = cancellationToken,
            UnhandledExceptionDelegate = context =>
            {
                Log.Failed(logger, context.OriginalException);
                return Task.CompletedTask;
            },
        });
        answers.Write(result, output);
        return result.Executed ? GraphQLOutcome.Executed : GraphQLOutcome.Refused;
    }

    /// <summary>Writes the answer of a request that is not executed.</summary>
    public GraphQLOutcome Refuse(ExecutionError error, IBufferWriter<byte> output) => Refuse([error], output);

    private GraphQLOutcome Refuse(ExecutionErrors errors, IBufferWriter<byte> output)
    {
        answers.Write(new ExecutionResult { Errors = errors }, output);
        return GraphQLOutcome.Refused;
    }

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
