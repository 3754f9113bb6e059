using GraphQL.Types;
using GraphQL.Utilities;
using GraphQLParser.AST;

namespace Marketplace.Gateway.Schema;

/// <summary>
/// The specification's <c>@specifiedBy</c> and its counterpart in introspection, <c>__Type.specifiedByURL</c>
/// (specification, September 2025, sections 3.13.4 and 4.2.2), which the library does not have.
/// </summary>
internal sealed class SpecifiedBy : BaseSchemaNodeVisitor
{
    public const string DirectiveName = "specifiedBy";
    public const string ArgumentName = "url";

    public static Directive Directive() => new(DirectiveName, DirectiveLocation.Scalar)
    {
        Description = "States where the behaviour of a scalar is defined.",
        Arguments = new QueryArguments(SchemaBuilding.Argument(ArgumentName, "The address of the definition.", new NonNullGraphType(new StringGraphType()))),
    };

    public override void VisitObject(IObjectGraphType type, ISchema schema)
    {
        if (type.Name == "__Type")
        {
            type.AddField<object>("specifiedByURL", "For a custom scalar: the address of its definition.", schema.AllTypes["String"]!, source => (source as OutputScalar)?.SpecifiedByUrl);
        }
    }
}
