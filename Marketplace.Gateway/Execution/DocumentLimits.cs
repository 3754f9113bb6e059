using GraphQL;
using GraphQLParser.AST;
using Marketplace.Gateway.Errors;

namespace Marketplace.Gateway.Execution;

/// <summary>
/// Refuses documents that ask for too much, before they are validated: the rules' work grows with the square of what they see.
/// Fragments count each time they are spread, without being expanded.
/// </summary>
internal static class DocumentLimits
{
    /// <summary>The first limit an operation of the document exceeds, as an error.</summary>
    public static ExecutionError? FirstExceeded(GraphQLDocument document, QueryLimits limits)
    {
        var counter = new Counter(document);
        foreach (var definition in document.Definitions)
        {
            if (definition is GraphQLOperationDefinition operation)
            {
                var size = counter.Count(operation.SelectionSet);
                if (size.Depth > limits.Depth)
                {
                    return Exceeded("depth", limits.Depth);
                }

                if (size.Aliases > limits.Aliases)
                {
                    return Exceeded("aliases", limits.Aliases);
                }

                if (size.Fields > limits.Fields)
                {
                    return Exceeded("fields", limits.Fields);
                }

                if (size.Repeats > limits.Repeats)
                {
                    return Exceeded("repeats", limits.Repeats);
                }

                if (size.SchemaLists > limits.SchemaLists)
                {
                    return Exceeded("schemaLists", limits.SchemaLists);
                }
            }
        }

        return null;
    }

    public static GatewayError Exceeded(string what, int limit)
    {
        var error = new GatewayError(ErrorCodes.QueryTooComplex, $"The query is too complex: more than {limit} {Unit(what)}.");
        error.AddExtension("limit", what).AddExtension("allowed", limit);
        return error;
    }

    private static string Unit(string what) => what switch
    {
        "repeats" => "times the same field or fragment in one selection",
        "depth" => "levels of nested fields",
        "schemaLists" => "lists of the schema's fields or types within each other",
        "complexity" => "fields in its answer, those of each item of a list counted",
        _ => what,
    };

    private readonly record struct Size(long Depth, long Aliases, long Fields, long SchemaLists, long Repeats = 0)
    {
        private const long Ceiling = int.MaxValue;

        public Size Plus(Size other) => new(
            Math.Max(Depth, other.Depth),
            Math.Min(Aliases + other.Aliases, Ceiling),
            Math.Min(Fields + other.Fields, Ceiling),
            Math.Max(SchemaLists, other.SchemaLists),
            Math.Max(Repeats, other.Repeats));

        public Size Repeated(int times) => this with { Repeats = Math.Max(Repeats, times) };
    }

    private sealed class Counter(GraphQLDocument document)
    {
        private readonly Dictionary<string, Size> _fragments = [];

        public Size Count(GraphQLSelectionSet? selections) => selections is null ? default : Count(selections, []);

        // An inline fragment's fields are the selection's own.
        private Size Count(GraphQLSelectionSet selections, Dictionary<(string Name, bool IsFragment), int> written)
        {
            var total = default(Size);
            foreach (var selection in selections.Selections)
            {
                total = total.Plus(selection switch
                {
                    GraphQLField field => Count(field).Repeated(Write((field.Alias?.Name ?? field.Name).StringValue, isFragment: false)),
                    GraphQLInlineFragment fragment => Count(fragment.SelectionSet, written),
                    GraphQLFragmentSpread spread => Count(spread.FragmentName.Name.StringValue).Repeated(Write(spread.FragmentName.Name.StringValue, isFragment: true)),
                    _ => default,
                });
            }

            return total;

            int Write(string name, bool isFragment) => written[(name, isFragment)] = written.GetValueOrDefault((name, isFragment)) + 1;
        }

        private Size Count(GraphQLField field)
        {
            var within = Count(field.SelectionSet);
            return new Size(within.Depth + 1, within.Aliases + (field.Alias is null ? 0 : 1), within.Fields + 1, within.SchemaLists + (IsSchemaList(field.Name) ? 1 : 0), within.Repeats);
        }

        // The fields of introspection that lead from a type to others; no field of ours has such a name.
        private static bool IsSchemaList(GraphQLName name) => name.StringValue is "fields" or "inputFields" or "interfaces" or "possibleTypes";

        private Size Count(string fragmentName)
        {
            if (_fragments.TryGetValue(fragmentName, out var known))
            {
                return known;
            }

            // In a cycle, which validation refuses, a fragment counts as nothing within itself.
            _fragments[fragmentName] = default;
            return _fragments[fragmentName] = Count(document.Fragment(fragmentName)?.SelectionSet);
        }
    }
}
