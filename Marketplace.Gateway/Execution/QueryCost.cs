using System.Text.Json;
using GraphQL;
using GraphQL.Types;
using GraphQLParser.AST;
using Marketplace.Gateway.Schema;
using Marketplace.Gateway.Schema.Federation;
using Marketplace.Gateway.Schema.Search;

namespace Marketplace.Gateway.Execution;

/// <summary>
/// How many fields an operation's response can have: each field counts once, and those of a list's items once for each item,
/// as many as its arguments allow. The sizes of lists may be in variables, so the sum is known with them only.
/// </summary>
internal sealed class QueryCost
{
    private static readonly string[] ListArguments = [ProductsByIdResolver.IdsArgument, SearchResolver.FirstArgument, EntitiesResolver.RepresentationsArgument];

    private readonly List<SizedByVariable> _sizedByVariables = [];
    private readonly long _limit;
    private long _known;

    private QueryCost(long limit) => _limit = limit;

    /// <summary>The cost of a valid operation; only the query's own fields can be lists of a size that the caller chooses.</summary>
    public static QueryCost Of(ISchema schema, GraphQLDocument document, GraphQLOperationDefinition operation, QueryLimits limits)
    {
        var cost = new QueryCost(limits.Complexity);
        foreach (var field in Fields(document, operation.SelectionSet))
        {
            cost.Add(field, 1 + Count(document, field.SelectionSet), schema, operation);
        }

        return cost;
    }

    /// <summary>The error when it is more than allowed.</summary>
    /// <param name="variables">The variables' JSON object; empty when there are none.</param>
    public ExecutionError? Exceeded(ReadOnlySpan<byte> variables)
    {
        var cost = _known;
        if (_sizedByVariables.Count > 0)
        {
            Span<long> sizes = stackalloc long[_sizedByVariables.Count];
            Read(variables, sizes);
            for (var i = 0; i < sizes.Length; i++)
            {
                cost += sizes[i] * _sizedByVariables[i].Each;
            }
        }

        return cost > _limit ? DocumentLimits.Exceeded("complexity", (int)_limit) : null;
    }

    private void Add(GraphQLField field, long each, ISchema schema, GraphQLOperationDefinition operation)
    {
        _known++;
        var size = schema.Query.GetField(field.Name.Value)?.Arguments?.FirstOrDefault(argument => ListArguments.Contains(argument.Name));
        switch (size is null ? null : field.Arguments?.Items.Find(argument => argument.Name.Value == size.Name)?.Value)
        {
            case GraphQLVariable variable:
                var definition = operation.Variables!.Items.Find(candidate => candidate.Variable.Name.Value == variable.Name.Value)!;
                _sizedByVariables.Add(new(variable.Name.StringValue, each, Size(definition.DefaultValue)));
                break;
            case { } value:
                _known += Size(value) * each;
                break;
            default:
                _known += (size?.DefaultValue as int? ?? 1) * each;
                break;
        }
    }

    // A value that is neither a list nor a number is refused later.
    private void Read(ReadOnlySpan<byte> variables, Span<long> sizes)
    {
        for (var i = 0; i < sizes.Length; i++)
        {
            sizes[i] = _sizedByVariables[i].SizeWhenAbsent;
        }

        if (variables.IsEmpty)
        {
            return;
        }

        var reader = new Utf8JsonReader(variables);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader;
            reader.Read();
            var size = reader.TokenType switch
            {
                JsonTokenType.StartArray => Length(reader),
                JsonTokenType.Number when reader.TryGetInt32(out var number) => Math.Max(0, number),
                _ => 1,
            };
            reader.Skip();
            for (var i = 0; i < sizes.Length; i++)
            {
                if (name.ValueTextEquals(_sizedByVariables[i].Name))
                {
                    sizes[i] = size;
                }
            }
        }
    }

    // The reader is a copy.
    private static long Length(Utf8JsonReader reader)
    {
        var length = 0L;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            reader.Skip();
            length++;
        }

        return length;
    }

    private static long Size(GraphQLValue? value) => value switch
    {
        null => 0,
        GraphQLListValue list => list.Values?.Count ?? 0,
        GraphQLIntValue number when int.TryParse(number.Value, out var size) => Math.Max(0, size),
        _ => 1,
    };

    private static long Count(GraphQLDocument document, GraphQLSelectionSet? selections) =>
        selections is null ? 0 : Fields(document, selections).Sum(field => 1 + Count(document, field.SelectionSet));

    private static IEnumerable<GraphQLField> Fields(GraphQLDocument document, GraphQLSelectionSet selections) => selections.Selections.SelectMany(selection => selection switch
    {
        GraphQLField field => [field],
        GraphQLInlineFragment fragment => Fields(document, fragment.SelectionSet),
        GraphQLFragmentSpread spread => Fields(document, document.Fragment(spread.FragmentName.Name.Value)!.SelectionSet),
        _ => [],
    });

    /// <param name="Name">The variable.</param>
    /// <param name="Each">The fields of one item, the item counted too.</param>
    /// <param name="SizeWhenAbsent">The list's size when the variable is not given.</param>
    private readonly record struct SizedByVariable(string Name, long Each, long SizeWhenAbsent);
}
