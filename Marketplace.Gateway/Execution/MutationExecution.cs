using GraphQL.Execution;
using ExecutionContext = GraphQL.Execution.ExecutionContext;

namespace Marketplace.Gateway.Execution;

/// <summary>Executes mutations one after the other (GraphQL specification 6.2.2); what is selected of each like a query's.</summary>
internal sealed class MutationExecution : RawJsonExecution
{
    public override async Task ExecuteNodeTreeAsync(ExecutionContext context, ExecutionNode rootNode)
    {
        foreach (var field in ((RootExecutionNode)rootNode).SubFields!)
        {
            await base.ExecuteNodeTreeAsync(context, field);
        }
    }
}
