namespace Marketplace.Contracts;

/// <summary>The outcome of a command.</summary>
public enum ReplyStatus
{
    /// <summary>The product is in the reply.</summary>
    Found,

    /// <summary>The marketplace has no such product.</summary>
    NotFound,

    /// <summary>It failed; the error says why.</summary>
    Failed,
}

/// <summary>The layer an answer came from.</summary>
public enum ProductSource
{
    /// <summary>The gateway's own memory.</summary>
    Memory,

    /// <summary>Redis.</summary>
    Cache,

    /// <summary>Postgres.</summary>
    Database,

    /// <summary>The marketplace's API.</summary>
    External,
}

/// <summary>Why a command failed.</summary>
/// <param name="Code">One of <see cref="ReplyErrorCodes"/>.</param>
/// <param name="Message">A sentence for people, without secrets or addresses.</param>
/// <param name="RetryAfterMs">After how many milliseconds a retry makes sense.</param>
public sealed record ReplyError(string Code, string Message, long? RetryAfterMs = null);

/// <summary>The codes of <see cref="ReplyError"/>, the same as in GraphQL's <c>extensions.code</c>.</summary>
public static class ReplyErrorCodes
{
    /// <summary>A dependency did not answer in time.</summary>
    public const string UpstreamTimeout = "UPSTREAM_TIMEOUT";

    /// <summary>A dependency is down or answered with an error.</summary>
    public const string UpstreamUnavailable = "UPSTREAM_UNAVAILABLE";

    /// <summary>A rate limit or call budget is spent.</summary>
    public const string RateLimited = "RATE_LIMITED";

    /// <summary>The marketplace refuses what was asked for; only another question makes sense.</summary>
    public const string BadUserInput = "BAD_USER_INPUT";
}
