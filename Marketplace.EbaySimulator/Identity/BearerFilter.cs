using System.Net.Http.Headers;
using Marketplace.EbaySimulator.Browse;
using Marketplace.Simulation;

namespace Marketplace.EbaySimulator.Identity;

/// <summary>Lets only calls with a valid application token through, and refuses the others as eBay does.</summary>
internal sealed class BearerFilter(AccessTokens tokens) : IEndpointFilter
{
    public ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        string? header = context.HttpContext.Request.Headers.Authorization;
        if (string.IsNullOrEmpty(header))
        {
            return ValueTask.FromResult<object?>(EbayErrors.MissingToken());
        }

        // eBay's tokens hold '^' and '#', which AuthenticationHeaderValue lets pass as a parameter.
        if (!AuthenticationHeaderValue.TryParse(header, out var authorization)
            || !authorization.Scheme.Equals("Bearer", StringComparison.OrdinalIgnoreCase))
        {
            return ValueTask.FromResult<object?>(EbayErrors.WrongTokenType(header.Split(' ')[0]));
        }

        return tokens.IsValid(authorization.Parameter ?? "")
            ? next(context)
            : ValueTask.FromResult<object?>(EbayErrors.InvalidToken());
    }
}
