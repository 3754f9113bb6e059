using GraphQL.Resolvers;
using GraphQL.Types;
using GraphQL.Utilities;
using GraphQLParser.AST;

namespace Marketplace.Gateway.Schema;

/// <summary>
/// The specification's <c>@specifiedBy</c> and its counterpart in introspection, <c>__Type.specifiedByURL</c>
/// (GraphQL specification, October 2021, 3.13.4 and 4.2.2), which the library does not have.
/// </summary>
internal sealed class SpecifiedBy : BaseSchemaNodeVisitor
{
    public const string DirectiveName = "specifiedBy";
    public const string ArgumentName = "url";

    public static Directive Directive() => new(DirectiveName, DirectiveLocation.Scalar)
    {
        Description = "Tells where the behaviour of a scalar is defined.",
        Arguments = new QueryArguments(new QueryArgument<NonNullGraphType<StringGraphType>>
        {
            Name = ArgumentName,
            Description = "The address of the definition.",
        }),
    };

    public override void VisitObject(IObjectGraphType type, ISchema schema)
    {
        if (type.Name == "__Type")
        {
            type.AddField(new FieldType
            {
                Name = "specifiedByURL",
                Description = "For a custom scalar: the address of its definition.",
                ResolvedType = schema.AllTypes["String"],
                Resolver = new FuncFieldResolver<object>(context => (context.Source as OutputScalar)?.SpecifiedByUrl),
            });
        }
    }
}
