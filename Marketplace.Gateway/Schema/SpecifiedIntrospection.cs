using GraphQL;
using GraphQL.Introspection;
using GraphQL.Resolvers;
using GraphQL.Types;
using GraphQL.Utilities;

namespace Marketplace.Gateway.Schema;

/// <summary>
/// Makes GraphQL.NET 8.8.5's introspection that of the specification (September 2025, section 4.2): arguments of directives can be
/// deprecated, and <c>includeDeprecated</c> and the reason of <c>@deprecated</c> are never null.
/// </summary>
internal sealed class SpecifiedIntrospection : BaseSchemaNodeVisitor
{
    private const string IncludeDeprecated = "includeDeprecated";

    public override void VisitObject(IObjectGraphType type, ISchema schema)
    {
        if (!type.Name.StartsWith("__", StringComparison.Ordinal))
        {
            return;
        }

        var boolean = new NonNullGraphType(schema.AllTypes["Boolean"]!);
        if (type.Name == "__Directive")
        {
            var arguments = type.GetField("args")!;
            arguments.Arguments = new QueryArguments(new QueryArgument(boolean) { Name = IncludeDeprecated, DefaultValue = false });
            arguments.Resolver = new FuncFieldResolver<Directive, object>(context =>
                (context.Source.Arguments ?? []).Where(argument => string.IsNullOrWhiteSpace(argument.DeprecationReason) || context.GetArgument<bool>(IncludeDeprecated)));
        }

        foreach (var field in type.Fields)
        {
            field.Arguments?.Find(IncludeDeprecated)?.ResolvedType = boolean;
        }
    }

    public override void VisitDirective(Directive directive, ISchema schema)
    {
        if (directive is DeprecatedDirective)
        {
            directive.Arguments!.Find("reason")!.ResolvedType = new NonNullGraphType(schema.AllTypes["String"]!);
        }
    }

    /// <summary>Shows every directive, and of the library's fields those that the specification has.</summary>
    internal sealed class Filter : DefaultSchemaFilter
    {
        public override Task<bool> AllowDirective(Directive directive) => Allowed;

        public override Task<bool> AllowField(IGraphType parent, IFieldType field) =>
            parent is __Directive && field.Name is "onOperation" or "onFragment" or "onField" ? Forbidden : Allowed;
    }
}
