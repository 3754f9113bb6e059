using GraphQL.Resolvers;
using GraphQL.Types;

namespace Marketplace.Gateway.Schema;

/// <summary>Adds fields and arguments to types, all of them with a description.</summary>
internal static class SchemaBuilding
{
    /// <summary>Adds a field.</summary>
    public static FieldType AddField(this IObjectGraphType owner, string name, string description, IGraphType type, IFieldResolver resolver, params QueryArgument[] arguments) =>
        owner.AddField(new FieldType
        {
            Name = name,
            Description = description,
            ResolvedType = type,
            Resolver = resolver,
            Arguments = arguments.Length == 0 ? null : new QueryArguments(arguments),
        });

    /// <summary>Adds a field whose value is computed from the object it belongs to.</summary>
    public static void AddField<TSource>(this IObjectGraphType owner, string name, string description, IGraphType type, Func<TSource, object?> value) =>
        owner.AddField(name, description, type, new FuncFieldResolver<TSource, object>(context => value(context.Source)));

    /// <summary>Adds a field that is a part of the stored product.</summary>
    public static void AddPart(this IObjectGraphType owner, string name, string description, IGraphType type, Products.ProductPart part) =>
        owner.AddField(name, description, type, new PartResolver(part));

    /// <summary>Adds a field that is a member of an object within the stored product.</summary>
    /// <param name="owner">The object's type.</param>
    /// <param name="name">The field's name.</param>
    /// <param name="description">What it is.</param>
    /// <param name="type">Its type.</param>
    /// <param name="place">Its place among the members, from 1.</param>
    public static void AddMember(this IObjectGraphType owner, string name, string description, IGraphType type, int place) =>
        owner.AddField(name, description, type, new PartMemberResolver(place));

    /// <summary>An argument.</summary>
    public static QueryArgument Argument(string name, string description, IGraphType type, object? defaultValue = null) =>
        new(type) { Name = name, Description = description, DefaultValue = defaultValue };
}
