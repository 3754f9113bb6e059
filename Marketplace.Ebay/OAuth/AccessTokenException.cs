namespace Marketplace.Ebay.OAuth;

/// <summary>eBay grants no access token; the message holds eBay's error code and nothing of the credentials.</summary>
internal sealed class AccessTokenException(string message, Exception? innerException = null) : Exception(message, innerException)
{
    /// <summary>What eBay says beside its error code, for the log.</summary>
    public string? Details { get; init; }

    /// <summary>When a token is asked for again, from now.</summary>
    public TimeSpan? RetryAfter { get; init; }
}
