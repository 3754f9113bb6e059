using Marketplace.AmazonSimulator.Catalog;
using Marketplace.Simulation;

namespace Marketplace.AmazonSimulator.Identity;

/// <summary>Lets only calls with a valid token through: one of a 2.x credential with its version beside it, one of a 3.x credential alone.</summary>
internal sealed class BearerFilter(AccessTokens tokens) : IEndpointFilter
{
    private static readonly string[] Versions = ["Version 2.1", "Version 2.2", "Version 2.3"];

    public ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var header = context.HttpContext.Request.Headers.Authorization.ToString();
        var parts = header.StartsWith("Bearer ", StringComparison.Ordinal) ? header["Bearer ".Length..].Split(", ", 2) : [""];
        var token = parts[0];
        var reason = tokens.IsExpired(token) ? "TokenExpired"
            : !tokens.IsValid(token) ? "InvalidToken"
            : token.StartsWith(TokenEndpoints.CognitoPrefix, StringComparison.Ordinal) && !(parts is [_, var version] && Versions.Contains(version)) ? "InvalidIssuer"
            : null;
        return reason is null ? next(context) : ValueTask.FromResult<object?>(CatalogErrors.Fault(StatusCodes.Status401Unauthorized, reason));
    }
}
