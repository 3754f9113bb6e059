using System.Text;
using Marketplace.Gateway.Schema;

namespace Marketplace.Tests.Gateway;

/// <summary>Makes queries that read products: fields, aliases, fragments, directives and variables, nearly all of them valid.</summary>
internal sealed class QueryGenerator(Random random)
{
    private static readonly string[] ProductLeaves =
        ["id", "title", "description", "condition", "brand", "categoryPath", "imageUrls", "itemUrl", "location", "fetchedAt", "version", "source", "marketplace", "globalId", "__typename"];

    private static readonly (string Field, string Type, string[] Leaves)[] Nested =
    [
        ("price", "Money", ["amount", "currency", "__typename"]),
        ("seller", "Seller", ["username", "feedbackScore", "feedbackPercentage", "__typename"]),
        ("availability", "Availability", ["status", "quantity", "__typename"]),
    ];

    private static readonly string[] Ids = ["\"123\"", "\"absent\"", "\"failing\"", "\"limited\"", "\"bare\"", "\"not valid\"", "\"\"", "7", "-0", "12345678901234567890", "\"\"\"block\"\"\"", "\"\\u0041\""];
    private static readonly string[] IdValues = ["\"123\"", "\"absent\"", "\"failing\"", "\"bare\"", "\"no\\nid\"", "7", "-7", "1.5", "1e3", "null", "true", "\"\\u0041\"", "{}", "\"ü\""];

    private static readonly string[] Representations =
    [
        """{"__typename":"Product","marketplace":"EBAY","id":"123"}""", """{"id":7,"marketplace":"SECOND_HAND","__typename":"Product"}""",
        """{"__typename":"Product","marketplace":"EBAY","id":"absent"}""", """{"__typename":"Product","marketplace":"EBAY","id":"failing"}""",
        """{"__typename":"Product","marketplace":"EBAY","id":"bare"}""", """{"__typename":"Product","marketplace":"EBAY","id":"no id"}""",
        """{"__typename":"Product","marketplace":"\u0045BAY","id":"\u0041"}""", """{"__typename":"Product","marketplace":"SECOND_HAND","id":-0}""",
        $$"""{"__typename":"Product","globalId":"{{GlobalId.Of("EBAY", "123")}}"}""", $$"""{"globalId":"{{GlobalId.Of("SECOND_HAND", "absent")}}","__typename":"Product"}""",
    ];

    private static readonly string[] OddRepresentations =
    [
        """{"__typename":"Product","marketplace":"NONE","id":"123"}""", """{"__typename":"Product","marketplace":"ebay","id":"123"}""",
        """{"__typename":"Seller","username":"u"}""", """{"__typename":"Product","marketplace":"EBAY"}""", """{"__typename":"Product","marketplace":"EBAY","id":1.5}""",
        """{"__typename":"Product","marketplace":"EBAY","id":12345678901234567890}""", """{"__typename":"Product","marketplace":"EBAY","id":"1","title":"t"}""",
        """{"__typename":"Product","marketplace":"EBAY","id":"1","id":"2"}""", """{"__typename":"Product","marketplace":"EBAY","id":null}""",
        """{"__typename":"Product","globalId":"RUJBWQ"}""", """{"__typename":"Product","globalId":"!"}""", """{"__typename":"Product","globalId":7}""",
        $$"""{"__typename":"Product","globalId":"{{GlobalId.Of("NONE", "1")}}"}""", $$"""{"__typename":"Product","globalId":"{{GlobalId.Of("EBAY", "no id")}}"}""",
        $$"""{"__typename":"Product","globalId":"{{GlobalId.Of("EBAY", "bare")}}","marketplace":"SECOND_HAND","id":"123"}""",
        """{"__typename":"Product","marketplace":1,"id":"1"}""", "null", "1", "\"Product\"", "[]",
    ];

    private readonly List<string> _fragments = [];
    private readonly Dictionary<string, (string Type, string Value)> _variables = [];
    private bool _valid = true;

    /// <summary>A document and its variables' JSON.</summary>
    public (string Query, string? Variables) Next() => Document(Root(2), "query");

    /// <summary>The same for a query whose only field is a product, or a list.</summary>
    public (string Query, string? Variables) NextField() => Document($"{{ {ProductField()} }}", "query");

    /// <summary>The same for a subscription to all products of a marketplace.</summary>
    public (string Query, string? Variables) NextSubscription()
    {
        var marketplace = random.Next(3) == 0 ? Variable("m", "Marketplace!", ["\"EBAY\""]) : "EBAY";
        var field = $"{Alias("productPersisted")}productPersisted(marketplace: {marketplace})";
        var again = random.Next(4) switch
        {
            0 => $"{field} {Product(1)}",
            1 => $"...{On("Subscription")} {{ {field} {Product(1)} }}",
            2 => Spread("Subscription", () => $"{{ {field} {Product(1)} }}", plain: true),
            _ => "",
        };
        return Document($"{{ {field} {Product(2)} {again} }}", "subscription");
    }

    private (string Query, string? Variables) Document(string selection, string operation)
    {
        var definitions = string.Join(", ", _variables.Select(variable => $"${variable.Key}: {variable.Value.Type}"));
        var query = new StringBuilder(_variables.Count > 0 ? $"{operation} Q({definitions}) {selection}" : operation == "query" && random.Next(2) == 0 ? selection : $"{operation} {selection}");
        foreach (var fragment in _fragments)
        {
            query.Append(' ').Append(fragment);
        }

        var values = _variables.Where(variable => variable.Value.Value.Length > 0).Select(variable => $"\"{variable.Key}\":{variable.Value.Value}").ToList();
        if (!_valid)
        {
            values.Add("\"undeclared\":{\"a\":[1]}");
        }

        return (query.ToString(), values.Count == 0 && random.Next(2) == 0 ? null : $"{{{string.Join(',', values)}}}");
    }

    private string Root(int depth)
    {
        _valid &= random.Next(20) != 0;
        return Set(random.Next(1, 4), () => random.Next(9) switch
        {
            0 => "__typename" + Directives(),
            1 => random.Next(2) == 0 ? "kind: __typename" + Directives() : Found(),
            2 when depth > 0 => $"...{On("Query")}{Directives()} {Root(depth - 1)}",
            3 when depth > 0 => Spread("Query", () => Root(depth - 1)),
            4 => Referred(),
            _ => ProductField(),
        });
    }

    private string ProductField()
    {
        var id = random.Next(3) == 0 ? Variable("i", "ID!", IdValues) : Pick(Ids);
        string field;
        if (random.Next(4) == 0)
        {
            var list = random.Next(3) == 0
                ? Variable("l", "[ID!]!", ["[\"123\",\"absent\",7]", "[]", "[\"failing\",\"no id\"]", "[1,2,3,4,5]", "\"123\"", "[null]", "[1.5]", "null"])
                : random.Next(4) == 0 ? id : $"[{string.Join(", ", Enumerable.Range(0, random.Next(6)).Select(_ => random.Next(12) == 0 ? id : Pick(Ids)))}]";
            field = $"products(marketplace: {Pick("EBAY", "SECOND_HAND")}, ids: {list})";
        }
        else if (random.Next(2) == 0)
        {
            field = $"getProductById(id: {id})";
        }
        else
        {
            var marketplace = random.Next(3) == 0 ? Variable("m", "Marketplace!", ["\"EBAY\"", "\"SECOND_HAND\"", "\"EBAY\"", "\"SECOND_HAND\"", "\"EBAY\"", "\"NONE\"", "null"]) : Pick("EBAY", "SECOND_HAND");
            field = random.Next(2) == 0 ? $"product(marketplace: {marketplace}, id: {id})" : $"product(id: {id} marketplace: {marketplace})";
        }

        return $"{Key(field)}: {field}{Directives()} {Product(2)}";
    }

    // What a federation's router asks for.
    private string Referred()
    {
        var list = Enumerable.Range(0, random.Next(5)).Select(_ => Pick(Representations)).ToList();
        if (random.Next(8) == 0)
        {
            list.Add(Pick(OddRepresentations));
        }

        var some = $"[{string.Join(',', list)}]";
        var representations = Variable("r", "[_Any!]!", [some, some, some, some, some, $"[{string.Join(',', Representations)}]", Representations[0], "null"]);
        var inner = random.Next(3) switch
        {
            0 => $"{{ ...on Product {Product(1)} __typename }}",
            1 => $"{{ {Alias("__typename")}__typename ...{On("_Entity")}{Directives()} {{ ...on Product{Directives()} {Product(1)} }} }}",
            _ => $"{{ {Spread("_Entity", () => $"{{ ...on Product {Product(1)} }}")} }}",
        };
        var entities = $"_entities(representations: {representations})";
        return $"{Key(entities)}: {entities}{Directives()} {inner}";
    }

    // What is left to the executor, alone and beside what is not.
    private string Found()
    {
        if (random.Next(2) == 0)
        {
            var entities = $"_entities(representations: [{string.Join(", ", Enumerable.Range(0, random.Next(4)).Select(_ => $"{{__typename: \"Product\", marketplace: \"{Pick("EBAY", "SECOND_HAND", "NONE")}\", id: {Pick(Ids)}}}"))}])";
            return $"{Key(entities)}: {entities}{Directives()} {{ __typename ... on Product {Product(1)} }}";
        }

        var search = $"searchProducts(marketplace: EBAY, query: \"{Pick("a", "", "b")}\", first: {Pick("1", "3", "0")})";
        return $"{Key(search)}: {search}{Directives()} {{ totalCount edges {{ cursor node{Directives()} {Product(1)} }} pageInfo {{ hasNextPage endCursor }} }}";
    }

    // The same key always means the same field and arguments, so that fields can be merged.
    private static string Key(string field)
    {
        var key = "p" + string.Concat(field.Replace(" ", "", StringComparison.Ordinal).Select(character => char.IsAsciiLetterOrDigit(character) ? character : '_'));
        return field.StartsWith("product(id", StringComparison.Ordinal) ? key + "b" : key;
    }

    private string Product(int depth) => Set(random.Next(1, 6), () => random.Next(8) switch
    {
        0 or 1 => Object(),
        2 when depth > 0 => $"...{On("Product")}{Directives()} {Product(depth - 1)}",
        3 when depth > 0 => Spread("Product", () => Product(depth - 1)),
        _ => Leaf(Pick(ProductLeaves)),
    });

    private string Object()
    {
        var (field, type, leaves) = Nested[random.Next(Nested.Length)];
        return $"{Alias(field)}{field}{Directives()} " + Set(random.Next(1, 4), () => random.Next(5) switch
        {
            0 => $"...{On(type)}{Directives()} {{ {Leaf(Pick(leaves))} }}",
            1 => Spread(type, () => $"{{ {Leaf(Pick(leaves))} }}"),
            _ => Leaf(Pick(leaves)),
        });
    }

    private string Leaf(string field) => $"{Alias(field)}{field}{Directives()}";

    private string Alias(string field) => random.Next(4) == 0 ? $"{field}{random.Next(2)}: " : "";

    private string On(string type) => random.Next(3) == 0 ? "" : $" on {type}";

    private string Spread(string type, Func<string> body, bool plain = false)
    {
        var known = _fragments.Where(fragment => fragment.Contains($" on {type} ", StringComparison.Ordinal)).ToList();
        if (known.Count > 0 && random.Next(3) == 0)
        {
            return $"...{Pick([.. known]).Split(' ')[1]}{Directives()}";
        }

        // The body first: a fragment may only spread those that were there before it.
        var text = body();
        var name = $"F{_fragments.Count}";
        _fragments.Add($"fragment {name} on {type} {text}");
        return $"...{name}{(plain ? "" : Directives())}";
    }

    private string Directives() => random.Next(6) switch
    {
        0 => $" @{Pick("skip", "include")}(if: {Condition()})",
        1 when random.Next(3) == 0 => $" @skip(if: {Condition()}) @include(if: {Condition()})",
        _ => "",
    };

    private string Condition() => random.Next(3) switch
    {
        0 => Pick("true", "false"),
        1 => Variable(Pick("a", "b", "c"), "Boolean!", ["true", "false"]),
        _ => Variable(Pick("d", "e"), Pick("Boolean! = true", "Boolean = false"), ["true", "false", "", "", "null"]),
    };

    private string Variable(string name, string type, string[] values)
    {
        _variables.TryAdd(name, (type, Pick(values)));
        return "$" + name;
    }

    private static string Set(int count, Func<string> selection) =>
        "{ " + string.Join(' ', Enumerable.Range(0, count).Select(_ => selection())) + " }";

    private string Pick(params string[] options) => options[random.Next(options.Length)];
}
