using Microsoft.Extensions.Options;

namespace Marketplace.Gateway.Security;

/// <summary>
/// Recognizes requests that a page of another site made its visitor's browser send. The gateway knows no cookies, but a browser can reach
/// what its user can and the page's author cannot, and the time an answer takes reveals something of it. Such a request is served only
/// if its site is allowed (CORS), or if it has a header for which the browser asked before (a preflight).
/// </summary>
internal sealed class CrossSiteRequestGuard(IOptions<GatewayOptions> options)
{
    private static readonly string[] PreflightHeaders = ["GraphQL-Preflight", "Apollo-Require-Preflight"];

    private readonly HashSet<string> _allowed = new(options.Value.Cors.Origins, StringComparer.OrdinalIgnoreCase);

    /// <summary>Whether a <c>GET</c>, which browsers send without asking before, is to be refused.</summary>
    public bool RefusesGet(HttpRequest request)
    {
        // Every browser since 2023 says where a request comes from (W3C Fetch Metadata); other clients do not.
        string? site = request.Headers["Sec-Fetch-Site"];
        return site is not ("same-origin" or "none")
            && (site is not null || request.Headers.Origin.Count > 0)
            && !IsAllowed(request)
            && !Array.Exists(PreflightHeaders, name => request.Headers.ContainsKey(name));
    }

    /// <summary>Whether a WebSocket, for which browsers never ask before, is to be refused.</summary>
    public bool RefusesWebSocket(HttpRequest request) => request.Headers.Origin.Count > 0 && !IsAllowed(request);

    private bool IsAllowed(HttpRequest request)
    {
        string? origin = request.Headers.Origin;
        return origin is not null
            && (_allowed.Contains("*") || _allowed.Contains(origin)
                || (Uri.TryCreate(origin, UriKind.Absolute, out var address) && address.Authority.Equals(request.Host.Value, StringComparison.OrdinalIgnoreCase)));
    }
}
