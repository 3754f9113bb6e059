using GraphQL;
using GraphQL.Execution;
using GraphQL.Types;
using GraphQLParser.AST;
using Marketplace.Gateway.Products;
using Marketplace.Gateway.Schema;
using ExecutionContext = GraphQL.Execution.ExecutionContext;

namespace Marketplace.Gateway.Execution;

/// <summary>Lets fields with a <see cref="PartResolver"/> or a <see cref="PartMemberResolver"/> pass their JSON through to the answer, past the scalars' own conversions.</summary>
internal class RawJsonExecution : ParallelExecutionStrategy
{
    protected override ExecutionNode BuildExecutionNode(ExecutionNode parent, IGraphType graphType, GraphQLField field, FieldType fieldDefinition, int? indexInParentNode = null) =>
        fieldDefinition.Resolver is PartResolver or PartMemberResolver
            ? new RawNode(parent, graphType, field, fieldDefinition, indexInParentNode)
            : base.BuildExecutionNode(parent, graphType, field, fieldDefinition, indexInParentNode);

    // Each product of a list fails for itself.
    protected override Task SetArrayItemNodesAsync(ExecutionContext context, ArrayExecutionNode parent) =>
        parent.Result is ProductList list ? SetProductsAsync(context, parent, list) : base.SetArrayItemNodesAsync(context, parent);

    // The library forgets where a field stands that was merged from several.
    protected override void SetNodeError(ExecutionContext context, ExecutionNode node, ExecutionError error)
    {
        var parent = node.Parent;
        while (parent is ArrayExecutionNode)
        {
            parent = parent.Parent;
        }

        var field = node.Field.Location == default && parent is ObjectExecutionNode { SelectionSet: { } selections }
            ? First(context, selections, node.Name!)
            : node.Field;
        error.AddLocation(field, context.Document);
        error.Path = node.ResponsePath;
        context.Errors.Add(error);
        node.Result = null;
    }

    private async Task SetProductsAsync(ExecutionContext context, ArrayExecutionNode parent, ProductList list)
    {
        var type = ((ListGraphType)parent.GraphType).ResolvedType!;
        var items = new List<ExecutionNode>(list.Keys.Length);
        for (var i = 0; i < list.Keys.Length; i++)
        {
            var item = BuildExecutionNode(parent, type, parent.Field, parent.FieldDefinition, i);
            items.Add(item);
            if (list.ErrorAt(i) is { } error)
            {
                SetNodeError(context, item, error);
            }
            else
            {
                item.Result = FoundProduct.From(list.Results[i], list.Keys[i].Marketplace);
                await CompleteNodeAsync(context, item);
            }
        }

        parent.Items = items;
    }

    private GraphQLField? First(ExecutionContext context, GraphQLSelectionSet selections, string key)
    {
        foreach (var selection in selections.Selections)
        {
            var found = selection switch
            {
                GraphQLField field when (field.Alias?.Name ?? field.Name).Value == key && ShouldIncludeNode(context, field) => field,
                GraphQLInlineFragment fragment when ShouldIncludeNode(context, fragment) => First(context, fragment.SelectionSet, key),
                GraphQLFragmentSpread spread when ShouldIncludeNode(context, spread) =>
                    First(context, context.Document.Fragment(spread.FragmentName.Name.Value)!.SelectionSet, key),
                _ => null,
            };
            if (found is not null)
            {
                return found;
            }
        }

        return null;
    }

    private sealed class RawNode(ExecutionNode parent, IGraphType graphType, GraphQLField field, FieldType fieldDefinition, int? indexInParentNode)
        : ExecutionNode(parent, graphType is NonNullGraphType nonNull ? nonNull.ResolvedType! : graphType, field, fieldDefinition, indexInParentNode)
    {
        public override object? ToValue() => Result;
    }
}
