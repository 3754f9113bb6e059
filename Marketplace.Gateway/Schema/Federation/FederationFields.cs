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
        service.AddField("sdl", "The subgraph's schema.", new NonNullGraphType(new StringGraphType()), new FuncFieldResolver<string>(context => isShown
            ? text ??= Text(context.Schema)
            : throw new GatewayError(ErrorCodes.Forbidden, "The schema is not shown here.")));
        query.AddField<object>("_service", "This subgraph, for a federation's router.", new NonNullGraphType(service), _ => service);

        var entity = new EntityGraphType { Description = "What other subgraphs can refer to.", ResolveType = _ => product };
        entity.AddPossibleType(product);
        var any = new AnyScalarGraphType { Description = "An entity's type name and the fields of its key." };
        query.AddField(
            Entities,
            "The entities that other subgraphs refer to, in the order of the representations; for a federation's router.",
            new NonNullGraphType(new ListGraphType(entity)),
            entities,
            SchemaBuilding.Argument(
                EntitiesResolver.RepresentationsArgument,
                "The entities' type names and the fields of their keys.",
                new NonNullGraphType(new ListGraphType(new NonNullGraphType(any)))));
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
