using GraphQL;
using GraphQL.Resolvers;
using GraphQL.Types;
using GraphQLParser.AST;
using Marketplace.Gateway.Products;
using Marketplace.Gateway.Schema;
using Marketplace.Gateway.Schema.Federation;

namespace Marketplace.Gateway.Execution.Plans;

/// <summary>
/// Compiles the hot queries, those that read products by id (also for a federation's router), and what a subscription selects of a
/// product. Other operations, such as introspection, are left to the library's executor; so is every value that it would have to
/// coerce or refuse. Both give the same bytes.
/// </summary>
internal sealed class PlanCompiler
{
    private static readonly IdGraphType IdType = new();

    private readonly ISchema _schema;
    private readonly IObjectGraphType _root;
    private readonly GraphQLDocument _document;
    private readonly List<PlannedOperation.Variable> _variables = [];
    private int _conditions;

    private IEnumerable<EnumValueDefinition> Marketplaces => ((EnumerationGraphType)_schema.AllTypes["Marketplace"]!).Values;

    private PlanCompiler(ISchema schema, IObjectGraphType root, GraphQLDocument document) => (_schema, _root, _document) = (schema, root, document);

    /// <summary>The plans of a valid operation, or <c>null</c> when it is left to the executor.</summary>
    public static PlannedOperation? TryCompile(ISchema schema, GraphQLDocument document, GraphQLOperationDefinition operation)
    {
        if (operation.Operation == OperationType.Mutation || operation.Directives is { Count: > 0 })
        {
            return null;
        }

        var compiler = new PlanCompiler(schema, operation.Operation == OperationType.Query ? schema.Query : schema.Subscription!, document);
        return compiler.TryReadVariables(operation) && compiler.CanPlan(operation.SelectionSet)
            ? new PlannedOperation([.. compiler._variables], compiler._conditions, combination => compiler.Compile(operation, combination))
            : null;
    }

    private bool TryReadVariables(GraphQLOperationDefinition operation)
    {
        foreach (var definition in operation.Variables?.Items ?? [])
        {
            var name = definition.Variable.Name.StringValue;
            switch (Written(definition.Type).TrimEnd('!'))
            {
                case "ID" when definition.DefaultValue is null:
                    _variables.Add(new(name, PlannedOperation.VariableKind.Id));
                    break;
                case "[ID!]" when definition.DefaultValue is null:
                    _variables.Add(new(name, PlannedOperation.VariableKind.Ids));
                    break;
                case "[_Any!]" when definition.DefaultValue is null:
                    var limit = ((EntitiesResolver)_schema.Query.GetField(FederationFields.Entities)!.Resolver!).Limit;
                    _variables.Add(new(name, PlannedOperation.VariableKind.Entities, Marketplaces: Marketplaces, Limit: limit));
                    break;
                case "Marketplace" when definition.DefaultValue is null:
                    _variables.Add(new(name, PlannedOperation.VariableKind.Marketplace, Marketplaces: Marketplaces));
                    break;
                case "Boolean" when definition.DefaultValue is null or GraphQLBooleanValue && _conditions < PlannedOperation.MaxConditions:
                    _variables.Add(new(name, PlannedOperation.VariableKind.Condition, _conditions++, (definition.DefaultValue as GraphQLBooleanValue)?.BoolValue));
                    break;
                default:
                    return false;
            }
        }

        return _variables.Count <= 31;
    }

    // Fields of the query's type; those of a product are all plannable.
    private bool CanPlan(GraphQLSelectionSet selections)
    {
        foreach (var selection in selections.Selections)
        {
            var can = selection switch
            {
                GraphQLField field => field.Name.Value == "__typename" || CanPlan(field, _root.GetField(field.Name.Value)?.Resolver),
                GraphQLInlineFragment fragment => CanPlan(fragment.SelectionSet),
                GraphQLFragmentSpread spread => CanPlan(_document.Fragment(spread.FragmentName.Name.Value)!.SelectionSet),
                _ => false,
            };
            if (!can)
            {
                return false;
            }
        }

        return true;
    }

    // The library lets a variable of one value stand for a list.
    private bool CanPlan(GraphQLField field, IFieldResolver? resolver) => resolver switch
    {
        ProductByIdResolver or ProductPersistedResolver => true,
        ProductsByIdResolver => Find(field, ProductsByIdResolver.IdsArgument) switch
        {
            GraphQLVariable variable => _variables[IndexOf(variable)].Kind == PlannedOperation.VariableKind.Ids,
            GraphQLListValue { Values: { } values } => !values.Exists(value => value is GraphQLVariable),
            _ => true,
        },
        EntitiesResolver => Find(field, EntitiesResolver.RepresentationsArgument) is GraphQLVariable,
        _ => false,
    };

    private QueryPlan Compile(GraphQLOperationDefinition operation, int combination)
    {
        var fields = new List<QueryPlan.Field>();
        foreach (var selected in Collect([operation.SelectionSet], combination))
        {
            byte[] start = [.. fields.Count == 0 ? ""u8 : ","u8, .. Json.Key(selected.Key)];
            fields.Add(selected.Name == "__typename"
                ? new(start, Json.Quoted(_root.Name), null)
                : new(start, null, Product(selected, _root.GetField(selected.Name)!, combination)));
        }

        return new QueryPlan([.. fields], fields.Count(field => field.Product is not null));
    }

    private QueryPlan.ProductField Product(Selected selected, FieldType field, int combination)
    {
        var steps = new Projection.Builder();
        var type = field.ResolvedType!.GetNamedType();
        Object(steps, type as IObjectGraphType ?? ((UnionGraphType)type).PossibleTypes.Single(), selected, combination);
        var projection = steps.Build();
        return field.Resolver switch
        {
            ProductByIdResolver { Marketplace: { } always } => new(selected.Key, selected.Node, new(always, 0), Id(selected.Node), null, 0, null, projection),
            ProductByIdResolver => new(selected.Key, selected.Node, Marketplace(selected.Node, field), Id(selected.Node), null, 0, null, projection),
            ProductsByIdResolver { Limit: var limit } => new(selected.Key, selected.Node, Marketplace(selected.Node, field), default, Ids(selected.Node), limit, null, projection),
            EntitiesResolver => new(selected.Key, selected.Node, default, default, null, 0, Entities(selected.Node), projection),
            ProductPersistedResolver => new(selected.Key, selected.Node, Marketplace(selected.Node, field), default, null, 0, null, projection),
            _ => throw Unplannable(selected.Node),
        };
    }

    private void Object(Projection.Builder steps, IObjectGraphType type, Selected selected, int combination)
    {
        var separator = "{"u8;
        foreach (var child in Collect(selected.SelectionSets, combination))
        {
            steps.Text(separator);
            steps.Text(Json.Key(child.Key));
            separator = ","u8;
            if (child.Name == "__typename")
            {
                steps.Text(Json.Quoted(type.Name));
                continue;
            }

            var field = type.GetField(child.Name)!;
            switch (field.Resolver)
            {
                case PartResolver part:
                    steps.Part(part.Part);
                    break;
                case NestedResolver nested:
                    steps.Nested(nested.Part, () => Object(steps, (IObjectGraphType)field.ResolvedType!, child, combination));
                    break;
                case var resolver when resolver == ProductType.MarketplaceResolver:
                    steps.Marketplace();
                    break;
                case var resolver when resolver == ProductType.GlobalIdResolver:
                    steps.GlobalId();
                    break;
                case var resolver when resolver == ProductType.SourceResolver:
                    steps.Source();
                    break;
                default:
                    throw Unplannable(child.Node);
            }
        }

        // Directives may leave nothing.
        steps.Text(separator.SequenceEqual("{"u8) ? "{}"u8 : "}"u8);
    }

    private QueryPlan.Value<string> Marketplace(GraphQLField node, FieldType field)
    {
        var value = Find(node, ProductByIdResolver.MarketplaceArgument)!;
        var type = (ScalarGraphType)((NonNullGraphType)field.Arguments!.Find(ProductByIdResolver.MarketplaceArgument)!.ResolvedType!).ResolvedType!;
        return value is GraphQLVariable variable ? new(null, IndexOf(variable)) : new((string)type.ParseLiteral(value)!, 0);
    }

    private QueryPlan.Value<string> Id(GraphQLField node)
    {
        var value = Find(node, ProductByIdResolver.IdArgument)!;
        return value is GraphQLVariable variable ? new(null, IndexOf(variable)) : new(IdText(value), 0);
    }

    private QueryPlan.Value<string[]> Ids(GraphQLField node) => Find(node, ProductsByIdResolver.IdsArgument)! switch
    {
        GraphQLVariable variable => new(null, IndexOf(variable)),
        GraphQLListValue list => new([.. list.Values?.Select(IdText) ?? []], 0),
        var one => new([IdText(one)], 0),
    };

    private QueryPlan.Value<ProductKey[]> Entities(GraphQLField node) => new(null, IndexOf((GraphQLVariable)Find(node, EntitiesResolver.RepresentationsArgument)!));

    private static string IdText(GraphQLValue value) => ProductByIdResolver.Text(IdType.ParseLiteral(value));

    private int IndexOf(GraphQLVariable variable)
    {
        var name = variable.Name.StringValue;
        return _variables.FindIndex(candidate => candidate.Name == name);
    }

    private static GraphQLValue? Find(GraphQLField node, string argument) =>
        node.Arguments?.Items.Find(candidate => candidate.Name.Value == argument)?.Value;

    private static string Written(GraphQLType type) => type switch
    {
        GraphQLNonNullType nonNull => Written(nonNull.Type) + "!",
        GraphQLListType list => $"[{Written(list.Type)}]",
        _ => ((GraphQLNamedType)type).Name.StringValue,
    };

    private static InvalidOperationException Unplannable(GraphQLField field) => new($"The field {field.Name} has a resolver that no plan knows.");

    /// <summary>The specification's CollectFields (6.3.2): fields by their key in the answer, in the order of their first appearance.</summary>
    private List<Selected> Collect(IEnumerable<GraphQLSelectionSet> selectionSets, int combination)
    {
        var collected = new List<Selected>();
        foreach (var selectionSet in selectionSets)
        {
            Collect(selectionSet);
        }

        return collected;

        void Collect(GraphQLSelectionSet selectionSet)
        {
            foreach (var selection in selectionSet.Selections)
            {
                if (!IsIncluded((IHasDirectivesNode)selection, combination))
                {
                    continue;
                }

                switch (selection)
                {
                    case GraphQLField field:
                        Add(field);
                        break;
                    case GraphQLInlineFragment fragment:
                        Collect(fragment.SelectionSet);
                        break;
                    case GraphQLFragmentSpread spread:
                        Collect(_document.Fragment(spread.FragmentName.Name.Value)!.SelectionSet);
                        break;
                }
            }
        }

        void Add(GraphQLField field)
        {
            var key = (field.Alias?.Name ?? field.Name).StringValue;
            var selected = collected.Find(candidate => candidate.Key == key);
            if (selected is null)
            {
                collected.Add(selected = new Selected(key, field.Name.StringValue, field));
            }

            if (field.SelectionSet is { } within)
            {
                selected.SelectionSets.Add(within);
            }
        }
    }

    private bool IsIncluded(IHasDirectivesNode node, int combination)
    {
        foreach (var directive in node.Directives?.Items ?? [])
        {
            var condition = directive.Arguments!.Items[0].Value;
            bool holds;
            if (condition is GraphQLVariable used)
            {
                holds = (combination & (1 << _variables[IndexOf(used)].Condition)) != 0;
            }
            else
            {
                holds = ((GraphQLBooleanValue)condition).BoolValue;
            }

            if (holds == (directive.Name.Value == "skip"))
            {
                return false;
            }
        }

        return true;
    }

    private sealed record Selected(string Key, string Name, GraphQLField Node)
    {
        public List<GraphQLSelectionSet> SelectionSets { get; } = [];
    }
}
