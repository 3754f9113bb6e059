using System.Globalization;
using System.Text.Json;
using GraphQL.Types;
using Marketplace.Gateway.Products;
using Marketplace.Gateway.Schema;
using Marketplace.Gateway.Schema.Federation;

namespace Marketplace.Gateway.Execution.Plans;

/// <summary>
/// The plans of one operation. Which fields an answer has may depend on variables (<c>@skip</c>, <c>@include</c>), so there is
/// one plan for each combination of those, made when it is first asked for.
/// </summary>
/// <param name="variables">The operation's variables.</param>
/// <param name="conditions">How many of them decide on fields.</param>
/// <param name="compile">Makes the plan for a combination: bit n is the n-th condition's value.</param>
internal sealed class PlannedOperation(PlannedOperation.Variable[] variables, int conditions, Func<int, QueryPlan> compile)
{
    /// <summary>More would make the plans too many.</summary>
    public const int MaxConditions = 5;

    private readonly QueryPlan?[] _plans = new QueryPlan[1 << conditions];

    internal enum VariableKind
    {
        Id,
        Ids,
        Entities,
        Marketplace,
        Condition,
    }

    /// <summary>
    /// Finds the plan and the variables' values. <c>false</c> when a value is of a kind that needs the executor's coercion
    /// or its errors.
    /// </summary>
    public bool TryBind(ReadOnlySpan<byte> json, out QueryPlan plan, out object[] values)
    {
        plan = null!;
        values = variables.Length == 0 ? [] : new object[variables.Length];
        var given = 0;
        var combination = 0;
        if (!json.IsEmpty)
        {
            var reader = new Utf8JsonReader(json);
            reader.Read();
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var index = IndexOf(ref reader);
                if (index < 0 || (given & (1 << index)) != 0 || !TryReadValue(ref reader, variables[index], ref values[index], ref combination))
                {
                    return false;
                }

                given |= 1 << index;
            }
        }

        for (var index = 0; index < variables.Length; index++)
        {
            if ((given & (1 << index)) == 0)
            {
                if (variables[index].Default is not { } value)
                {
                    return false;
                }

                combination |= value ? 1 << variables[index].Condition : 0;
            }
        }

        plan = _plans[combination] ??= compile(combination);
        return true;
    }

    private int IndexOf(ref Utf8JsonReader reader)
    {
        for (var index = 0; index < variables.Length; index++)
        {
            if (reader.ValueTextEquals(variables[index].Name))
            {
                return index;
            }
        }

        return -1;
    }

    private static bool TryReadValue(ref Utf8JsonReader reader, Variable variable, ref object value, ref int combination)
    {
        reader.Read();
        switch (variable.Kind, reader.TokenType)
        {
            case (VariableKind.Id, _):
                return TryReadId(ref reader, out value);
            case (VariableKind.Ids, JsonTokenType.StartArray):
                var ids = new List<string>();
                while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
                {
                    if (!TryReadId(ref reader, out var id))
                    {
                        return false;
                    }

                    ids.Add((string)id);
                }

                value = ids.ToArray();
                return true;
            case (VariableKind.Entities, JsonTokenType.StartArray):
                var keys = new List<ProductKey>();
                while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
                {
                    if (keys.Count == variable.Limit || !TryReadKey(ref reader, variable, out var key))
                    {
                        return false;
                    }

                    keys.Add(key);
                }

                value = keys.ToArray();
                return true;
            case (VariableKind.Marketplace, JsonTokenType.String):
                return TryReadMarketplace(ref reader, variable, out value);
            case (VariableKind.Condition, JsonTokenType.True):
                combination |= 1 << variable.Condition;
                return true;
            case (VariableKind.Condition, JsonTokenType.False):
                return true;
            default:
                return false;
        }
    }

    private static bool TryReadMarketplace(ref Utf8JsonReader reader, Variable variable, out object value)
    {
        foreach (var marketplace in variable.Marketplaces!)
        {
            if (reader.ValueTextEquals(marketplace.Name))
            {
                value = marketplace.Value!;
                return true;
            }
        }

        value = "";
        return false;
    }

    // A product's key and nothing else, as a router sends it.
    private static bool TryReadKey(ref Utf8JsonReader reader, Variable variable, out ProductKey key)
    {
        key = default;
        var isProduct = false;
        object? marketplace = null;
        object? id = null;
        object? globalId = null;
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            return false;
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var read = reader.ValueTextEquals(EntitiesResolver.TypeNameField) ? !isProduct && (isProduct = reader.Read() && reader.TokenType == JsonTokenType.String && reader.ValueTextEquals(ProductType.TypeName))
                : reader.ValueTextEquals(EntitiesResolver.MarketplaceField) ? marketplace is null && reader.Read() && reader.TokenType == JsonTokenType.String && TryReadMarketplace(ref reader, variable, out marketplace)
                : reader.ValueTextEquals(GlobalId.FieldName) ? globalId is null && reader.Read() && reader.TokenType == JsonTokenType.String && TryReadId(ref reader, out globalId)
                : reader.ValueTextEquals(EntitiesResolver.IdField) && id is null && reader.Read() && TryReadId(ref reader, out id);
            if (!read)
            {
                return false;
            }
        }

        if (globalId is not null)
        {
            return isProduct && marketplace is null && id is null && GlobalId.TryRead((string)globalId, variable.Marketplaces!, out key);
        }

        key = new ProductKey((string?)marketplace!, (string?)id ?? "");
        return isProduct && marketplace is not null && id is not null;
    }

    private static bool TryReadId(ref Utf8JsonReader reader, out object id)
    {
        id = "";
        if (reader.TokenType == JsonTokenType.Number && reader.TryGetInt64(out var number))
        {
            id = number.ToString(CultureInfo.InvariantCulture);
            return true;
        }

        if (reader.TokenType != JsonTokenType.String)
        {
            return false;
        }

        try
        {
            id = reader.GetString()!;
            return true;
        }
        catch (InvalidOperationException)
        {
            // Broken UTF-16 escapes, which the library's executor reports.
            return false;
        }
    }

    /// <param name="Name">Its name.</param>
    /// <param name="Kind">What it is used for.</param>
    /// <param name="Condition">For a condition: which.</param>
    /// <param name="Default">For a condition: its value when it is not given.</param>
    /// <param name="Marketplaces">For a marketplace and for entities: the values allowed.</param>
    /// <param name="Limit">For entities: how many there may be.</param>
    internal sealed record Variable(
        string Name, VariableKind Kind, int Condition = 0, bool? Default = null, IEnumerable<EnumValueDefinition>? Marketplaces = null, int Limit = 0);
}
