namespace Marketplace.Ebay.OAuth;

/// <summary>eBay grants no access token; the message holds eBay's error code and nothing of the credentials.</summary>
internal sealed class AccessTokenException(string message, Exception? innerException = null) : Exception(message, innerException);
