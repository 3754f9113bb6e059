using GraphQL;
using GraphQL.Resolvers;
using GraphQL.Types;
using Marketplace.Gateway.Errors;

namespace Marketplace.Gateway.Security;

/// <summary>Fields for callers only whose token has a scope (RFC 8693 4.2).</summary>
internal static class RequiredScope
{
    public const string ProductsWrite = "products:write";

    /// <summary>Lets the field be resolved only for callers whose token has the scope, whatever its provider calls it.</summary>
    public static FieldType RequireScope(this FieldType field, string scope)
    {
        field.Resolver = new ScopedResolver(field.Resolver!, scope);
        field.Description += $" Needs a token with the scope {scope}.";
        return field;
    }

    private sealed class ScopedResolver(IFieldResolver resolver, string scope) : IFieldResolver
    {
        public ValueTask<object?> ResolveAsync(IResolveFieldContext context) =>
            context.User is not { } user ? throw new GatewayError(ErrorCodes.Unauthenticated, $"The field '{context.FieldDefinition.Name}' needs a token.")
            : !user.HasClaim(Caller.ScopeClaim, scope) ? throw new GatewayError(ErrorCodes.Forbidden, $"The field '{context.FieldDefinition.Name}' needs a token with the scope {scope}.")
            : resolver.ResolveAsync(context);
    }
}
