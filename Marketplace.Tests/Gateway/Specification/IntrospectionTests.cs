using System.Text.Json;
using GraphQLParser;
using GraphQLParser.AST;
using GraphQLParser.Visitors;
using Xunit;

namespace Marketplace.Tests.Gateway.Specification;

/// <summary>The introspection schema and the built-in directives, member by member, GraphQL specification, September 2025, sections 3.13 and 4.2.</summary>
public sealed class IntrospectionTests(TransportTests.Server fixture) : IClassFixture<TransportTests.Server>
{
    private const string Type = "type { kind name ofType { kind name ofType { kind name ofType { kind name } } } }";
    private const string Arguments = $"args(includeDeprecated: true) {{ name defaultValue {Type} }}";

    private readonly GatewayServer _gateway = fixture.Gateway;

    [Fact]
    public async Task It_is_the_specification_s()
    {
        var schema = (await _gateway.QueryAsync($$"""
            { __schema {
              types { kind name enumValues(includeDeprecated: true) { name } fields(includeDeprecated: true) { name {{Arguments}} {{Type}} } }
              directives { name isRepeatable locations {{Arguments}} } } }
            """)).Data.GetProperty("__schema");
        var specified = await SpecifiedAsync();

        var types = schema.GetProperty("types").EnumerateArray().Where(type => Name(type).StartsWith("__", StringComparison.Ordinal)).SelectMany(Members);
        var directives = schema.GetProperty("directives").EnumerateArray()
            .Where(directive => specified.Exists(member => member.StartsWith($"@{Name(directive)}(", StringComparison.Ordinal)))
            .Select(directive => Line($"@{Name(directive)}", directive, $" on {string.Join(" | ", directive.GetProperty("locations").EnumerateArray().Select(location => location.GetString()).Order())}"));

        Assert.Equal(specified, [.. types.Concat(directives).Order(StringComparer.Ordinal)]);
        Assert.DoesNotContain("", specified);
    }

    [Fact]
    public async Task A_document_of_a_code_generator_with_deprecated_arguments_is_answered()
    {
        // graphql-codegen's option inputValueDeprecation, graphql-js' of the same name.
        var answer = await _gateway.QueryAsync("""
            { __schema { directives { name args(includeDeprecated: true) { name isDeprecated deprecationReason } } } __type(name: "__Directive") { fields { name } } }
            """);

        Assert.Contains(answer.Data.GetProperty("__schema").GetProperty("directives").EnumerateArray(), directive =>
            Name(directive) == "deprecated" && Name(directive.GetProperty("args")[0]) == "reason" && !directive.GetProperty("args")[0].GetProperty("isDeprecated").GetBoolean());
    }

    private static IEnumerable<string> Members(JsonElement type)
    {
        var fields = type.GetProperty("fields");
        return fields.ValueKind == JsonValueKind.Null
            ? type.GetProperty("enumValues").EnumerateArray().Select(value => $"{Name(type)}.{Name(value)}")
            : fields.EnumerateArray().Select(field => Line($"{Name(type)}.{Name(field)}", field, $": {TypeOf(field)}"));
    }

    private static string Line(string name, JsonElement member, string end)
    {
        var arguments = member.GetProperty("args").EnumerateArray().Select(argument =>
            $"{Name(argument)}: {TypeOf(argument)}{(argument.GetProperty("defaultValue").GetString() is { } value ? $" = {value}" : "")}").ToList();
        return $"{name}{(arguments.Count == 0 ? "" : $"({string.Join(", ", arguments)})")}{end}";
    }

    private static string TypeOf(JsonElement member) => Written(member.GetProperty("type"));

    private static string Written(JsonElement type) => type.GetProperty("kind").GetString() switch
    {
        "NON_NULL" => Written(type.GetProperty("ofType")) + "!",
        "LIST" => $"[{Written(type.GetProperty("ofType"))}]",
        _ => Name(type),
    };

    private static string Name(JsonElement named) => named.GetProperty("name").GetString()!;

    // The same lines of the specification's text.
    private static async Task<List<string>> SpecifiedAsync()
    {
        var document = Parser.Parse(await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, "Gateway", "Specification", "introspection.graphql"), TestContext.Current.CancellationToken));
        return [.. document.Definitions.SelectMany(definition => definition switch
        {
            GraphQLObjectTypeDefinition type => type.Fields!.Items.Select(field => $"{type.Name}.{field.Name}{Print(field.Arguments)}: {new SDLPrinter().Print(field.Type)}"),
            GraphQLEnumTypeDefinition type => type.Values!.Items.Select(value => $"{type.Name}.{value.Name}"),
            GraphQLDirectiveDefinition directive => [$"@{directive.Name}{Print(directive.Arguments)} on {string.Join(" | ", directive.Locations.Items.Select(Location).Order())}"],
            _ => [],
        }).Order(StringComparer.Ordinal)];

        static string Print(GraphQLArgumentsDefinition? arguments) => arguments is null ? "" : $"({string.Join(", ", arguments.Items.Select(argument =>
            $"{argument.Name}: {new SDLPrinter().Print(argument.Type)}{(argument.DefaultValue is null ? "" : $" = {new SDLPrinter().Print(argument.DefaultValue)}")}"))})";

        // FIELD_DEFINITION is FieldDefinition here.
        static string Location(DirectiveLocation location) => string.Concat($"{location}".Select((character, index) => index > 0 && char.IsUpper(character) ? $"_{character}" : $"{char.ToUpperInvariant(character)}"));
    }
}
