using GraphQL.Validation;
using GraphQLParser.AST;

namespace Marketplace.Gateway.Execution.Validation;

/// <summary>
/// Single Root Field (specification, September 2025, section 5.2.4.1): a subscription has one field, however often that is written,
/// and neither <c>@skip</c> nor <c>@include</c> decides on it. The rule of GraphQL.NET 8.8.5 counts selections and allows both.
/// </summary>
internal sealed class SingleRootField : ValidationRuleBase
{
    private const string Section = "5.2.4.1";

    private static readonly INodeVisitor Visitor = new MatchingNodeVisitor<GraphQLOperationDefinition>((operation, context) =>
    {
        if (operation.Operation == OperationType.Subscription)
        {
            new Collector(context).Check(operation);
        }
    });

    public override ValueTask<INodeVisitor?> GetPreNodeVisitorAsync(ValidationContext context) => new(Visitor);

    /// <summary>The specification's CollectSubscriptionFields.</summary>
    private sealed class Collector(ValidationContext context)
    {
        private readonly OrderedDictionary<string, GraphQLField> _fields = [];
        private readonly HashSet<string> _visited = [];

        public void Check(GraphQLOperationDefinition operation)
        {
            Collect(operation.SelectionSet);
            if (_fields.Count > 1)
            {
                Report("A subscription must have exactly one field at its root.", [.. _fields.Values.Skip(1)]);
            }
            else if (_fields is { Count: 1 } && _fields.GetAt(0).Value is var only && only.Name.StringValue.StartsWith("__", StringComparison.Ordinal))
            {
                Report("The field at the root of a subscription must not be one of introspection.", only);
            }
        }

        private void Collect(GraphQLSelectionSet selections)
        {
            foreach (var selection in selections.Selections)
            {
                foreach (var directive in ((IHasDirectivesNode)selection).Directives?.Items ?? [])
                {
                    if (directive.Name.StringValue is "skip" or "include")
                    {
                        Report($"The directive @{directive.Name.StringValue} must not stand at the root of a subscription.", directive);
                    }
                }

                switch (selection)
                {
                    case GraphQLField field:
                        _fields.TryAdd((field.Alias?.Name ?? field.Name).StringValue, field);
                        break;
                    case GraphQLInlineFragment fragment:
                        Collect(fragment.SelectionSet);
                        break;
                    case GraphQLFragmentSpread { FragmentName.Name: var name } when _visited.Add(name.StringValue) && context.Document.Fragment(name.Value) is { } fragment:
                        Collect(fragment.SelectionSet);
                        break;
                }
            }
        }

        private void Report(string message, params ASTNode[] nodes) => context.ReportError(new ValidationError(context.Document.Source, Section, message, nodes));
    }
}
