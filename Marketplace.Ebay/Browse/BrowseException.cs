using System.Globalization;
using System.Net;
using System.Net.Http.Headers;

namespace Marketplace.Ebay.Browse;

/// <summary>eBay answered with an error.</summary>
internal sealed class BrowseException(HttpStatusCode status, EbayError? error, RetryConditionHeaderValue? retryAfter)
    : Exception(string.Create(CultureInfo.InvariantCulture, $"eBay answered {(int)status}{(error is null ? "" : $", error {error.ErrorId}")}."))
{
    public HttpStatusCode Status => status;

    public long? ErrorId => error?.ErrorId;

    public RetryConditionHeaderValue? RetryAfter => retryAfter;
}
