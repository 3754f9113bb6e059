namespace Marketplace.Products.OAuth;

/// <summary>A marketplace grants no access token; the message holds its error code and nothing of the credentials.</summary>
public sealed class AccessTokenException : Exception
{
    internal AccessTokenException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }

    /// <summary>When a token is asked for again, from now; <c>null</c> when unknown.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>Whether the marketplace answered and grants none, as it will until an operator changes something.</summary>
    public bool IsRefusal { get; init; }

    /// <summary>What the marketplace says beside its error code, for the log.</summary>
    internal string? Details { get; init; }
}
