using GraphQL;
using GraphQL.Types;
using GraphQLParser.AST;

namespace Marketplace.Gateway.Schema.Federation;

/// <summary>The directives of Apollo Federation that the schema uses, see https://specs.apollo.dev/federation/v2.3.</summary>
internal static class FederationDirectives
{
    /// <summary>What a subgraph's own text begins with.</summary>
    public const string Link = """extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key", "@shareable"])""";

    private const string KeyName = "key";
    private const string FieldsArgument = "fields";
    private const string ShareableName = "shareable";

    public static void RegisterFederation(this ISchema schema)
    {
        schema.Directives.Register(new Directive(KeyName, DirectiveLocation.Object)
        {
            Description = "Names the fields by which any subgraph can refer to an object.",
            Repeatable = true,
            Arguments = new QueryArguments(SchemaBuilding.Argument(FieldsArgument, "The fields' names.", new NonNullGraphType(new StringGraphType()))),
        });
        schema.Directives.Register(new Directive(ShareableName, DirectiveLocation.Object, DirectiveLocation.FieldDefinition)
        {
            Description = "States that other subgraphs may have the same.",
        });
    }

    /// <summary>Other subgraphs may refer to such an object by these fields.</summary>
    public static void Key(this ObjectGraphType type, string fields) => type.ApplyDirective(KeyName, FieldsArgument, fields);

    /// <summary>Other subgraphs may have the same type.</summary>
    public static void Shareable(this ObjectGraphType type) => type.ApplyDirective(ShareableName);

    /// <summary>Whether a subgraph gets it from the link instead of defining it.</summary>
    public static bool Defines(ASTNode node) => node is GraphQLDirectiveDefinition { Name: var name } && (name.Value == KeyName || name.Value == ShareableName);
}
