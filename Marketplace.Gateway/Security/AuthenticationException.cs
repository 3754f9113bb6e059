using Marketplace.Gateway.Errors;

namespace Marketplace.Gateway.Security;

/// <summary>A request whose sender's token is not accepted, or cannot be checked now.</summary>
internal sealed class AuthenticationException(int status, string code, string message) : Exception(message)
{
    /// <summary>The HTTP status: 401, 429 or 503.</summary>
    public int Status => status;

    /// <summary>How long to wait before trying again, where that is known.</summary>
    public TimeSpan? Wait { get; init; }

    /// <summary>The error as callers get it.</summary>
    public GatewayError Error => Wait is { } wait ? GatewayError.RateLimited(wait) : new(code, Message);
}
