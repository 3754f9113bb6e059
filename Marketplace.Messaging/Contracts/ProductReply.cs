namespace Marketplace.Messaging.Contracts;

/// <summary>The answer on <c>gateway.replies</c> to one <see cref="GetProduct"/>.</summary>
public sealed record ProductReply
{
    /// <summary>What became of the command.</summary>
    public required ReplyStatus Status { get; init; }

    /// <summary>Which layer answered; absent when it failed.</summary>
    public ProductSource? Source { get; init; }

    /// <summary>The product, when <see cref="Status"/> is <see cref="ReplyStatus.Found"/>.</summary>
    public Product? Product { get; init; }

    /// <summary>The cause, when <see cref="Status"/> is <see cref="ReplyStatus.Failed"/>.</summary>
    public ReplyError? Error { get; init; }
}

/// <summary>What became of a command.</summary>
public enum ReplyStatus
{
    /// <summary>The product is in the reply.</summary>
    Found,

    /// <summary>The marketplace has no such product.</summary>
    NotFound,

    /// <summary>No answer could be had; the error says why.</summary>
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
/// <param name="RetryAfterMs">When trying again makes sense, in milliseconds from now.</param>
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
}
