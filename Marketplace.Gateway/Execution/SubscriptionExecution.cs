using GraphQL;
using Marketplace.Gateway.Errors;
using Marketplace.Gateway.Products;
using Marketplace.Gateway.Schema;
using ExecutionContext = GraphQL.Execution.ExecutionContext;

namespace Marketplace.Gateway.Execution;

/// <summary>
/// Executes subscriptions as the specification says (6.2.3): at first without a product, which finds out what is asked for;
/// then once for each product, as if it were a query.
/// </summary>
internal sealed class SubscriptionExecution : RawJsonExecution
{
    public override Task<ExecutionResult> ExecuteAsync(ExecutionContext context) =>
        context.RootValue is FoundProduct ? base.ExecuteAsync(context) : Task.FromResult<ExecutionResult>(Subscribe(context));

    private SubscribedResult Subscribe(ExecutionContext context)
    {
        var fields = BuildExecutionRootNode(context, GetOperationRootType(context)).SubFields!;
        if (fields is not [{ FieldDefinition.Resolver: ProductPersistedResolver resolver } field])
        {
            context.Errors.Add(new GatewayError(ErrorCodes.ValidationFailed, "A subscription must select exactly one field, and not one of introspection."));
            return new SubscribedResult(null);
        }

        try
        {
            return new SubscribedResult(resolver.Filter(new ReadonlyResolveFieldContext(field, context)));
        }
        catch (GatewayError error)
        {
            SetNodeError(context, field, error);
            return new SubscribedResult(null);
        }
    }
}
