using System.Security.Claims;

namespace Marketplace.Gateway.Security;

/// <summary>Who sent a request.</summary>
/// <param name="User">What the token says; <c>null</c> for somebody unknown, who may read.</param>
/// <param name="Until">When the token expires (UTC).</param>
internal sealed record Caller(ClaimsPrincipal? User, DateTimeOffset? Until)
{
    public static Caller Anonymous { get; } = new(null, null);

    /// <summary>The token's subject.</summary>
    public string? Subject => User?.FindFirst("sub")?.Value;
}
