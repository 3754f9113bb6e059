using System.Net;
using System.Security.Claims;
using GraphQL;

namespace Marketplace.Gateway.Security;

/// <summary>Who sent a request.</summary>
/// <param name="User">What the token says; <c>null</c> for somebody unknown, who may read.</param>
/// <param name="Until">When the token expires (UTC).</param>
/// <param name="Address">Where it came from.</param>
internal readonly record struct Caller(ClaimsPrincipal? User, DateTimeOffset? Until, IPAddress? Address)
{
    /// <summary>The type of a claim that holds one scope (RFC 8693 4.2).</summary>
    public const string ScopeClaim = "scope";

    /// <summary>The type of the claim that holds the subject (RFC 7519 4.1.2).</summary>
    public const string SubjectClaim = "sub";

    private const string ContextKey = "caller";

    private static readonly TimeSpan LongestTimer = TimeSpan.FromDays(49);

    /// <summary>The token's subject; unique among those of its <see cref="Issuer"/>.</summary>
    public string? Subject => User?.FindFirst(SubjectClaim)?.Value;

    /// <summary>Who gave the token.</summary>
    public string? Issuer => User?.FindFirst(SubjectClaim)?.Issuer;

    /// <summary>Who sent the request that a field is resolved for.</summary>
    public static Caller Of(IResolveFieldContext context) => (Caller)context.UserContext[ContextKey]!;

    /// <summary>What <see cref="Of"/> reads.</summary>
    public Dictionary<string, object?> ToContext() => new() { [ContextKey] = this };

    /// <summary>How long until the token expires, 0 or more; <c>null</c> without a token, and for one that is valid for longer than a timer can be set to.</summary>
    /// <param name="time">The clock.</param>
    public TimeSpan? TimeLeft(TimeProvider time) =>
        Until - time.GetUtcNow() is not { } left || left > LongestTimer ? null
        : left > TimeSpan.Zero ? left
        : TimeSpan.Zero;
}
