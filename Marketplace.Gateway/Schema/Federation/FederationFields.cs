using GraphQL;
using GraphQL.Federation.Types;
using GraphQL.Resolvers;
using GraphQL.Types;
using GraphQL.Utilities.Visitors;
using GraphQLParser.Visitors;
using Marketplace.Gateway.Errors;

namespace Marketplace.Gateway.Schema.Federation;

/// <summary>The fields a federation's router asks, see https://www.apollographql.com/docs/graphos/schema-design/federated-schemas/reference/subgraph-spec.</summary>
internal static class FederationFields
{
    public const string Entities = "_entities";

    /// <summary>Adds <c>_service</c> and <c>_entities</c>.</summary>
    /// <param name="query">The type to add them to.</param>
    /// <param name="product">The only entity.</param>
    /// <param name="entities">Resolves entities.</param>
    /// <param name="isShown">Whether the schema's text may be had.</param>
    public static void AddFederation(this ObjectGraphType query, ProductType product, EntitiesResolver entities, bool isShown)
    {
        var service = new ObjectGraphType { Name = "_Service", Description = "This subgraph, for a federation's router." };
        string? text = null;
        service.AddField(new FieldType
        {
            Name = "sdl",
            Description = "The subgraph's schema.",
            ResolvedType = new NonNullGraphType(new StringGraphType()),
            Resolver = new FuncFieldResolver<string>(context => isShown
                ? text ??= Text(context.Schema)
                : throw new GatewayError(ErrorCodes.Forbidden, "The schema is not shown here.")),
        });
        query.AddField(new FieldType
        {
            Name = "_service",
            Description = "This subgraph, for a federation's router.",
            ResolvedType = new NonNullGraphType(service),
            Resolver = new FuncFieldResolver<object>(_ => service),
        });

        var entity = new EntityGraphType { Description = "What other subgraphs can refer to.", ResolveType = _ => product };
        entity.AddPossibleType(product);
        query.AddField(new FieldType
        {
            Name = Entities,
            Description = "The entities that other subgraphs refer to, in the order of the representations; for a federation's router.",
            Arguments = new QueryArguments(new QueryArgument(new NonNullGraphType(new ListGraphType(new NonNullGraphType(new AnyScalarGraphType
            {
                Description = "An entity's type name and the fields of its key.",
            }))))
            {
                Name = EntitiesResolver.RepresentationsArgument,
                Description = "The entities' type names and the fields of their keys.",
            }),
            ResolvedType = new NonNullGraphType(new ListGraphType(entity)),
            Resolver = entities,
        });
    }

    // What the router adds by itself is left out.
    private static string Text(ISchema schema)
    {
        var document = schema.ToAST();
        RemoveFederationTypesVisitor.Visit(document);
        document.Definitions.RemoveAll(FederationDirectives.Defines);
        return $"{FederationDirectives.Link}\n\n{new SDLPrinter().Print(document)}";
    }
}
