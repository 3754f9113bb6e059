using System.Net;
using System.Text.Json;
using Marketplace.Products;
using Marketplace.Products.OAuth;
using Polly;

namespace Marketplace.Ebay.Analytics;

/// <summary>
/// Asks how many calls of the Browse API are left today (developer.ebay.com, Developer Analytics API, getRateLimits). These calls have a
/// quota of their own.
/// </summary>
internal sealed partial class RateLimitsClient(IHttpClientFactory clients, ILogger<RateLimitsClient> logger)
{
    public const string ClientName = "ebay-analytics";

    private const int AnswerLimit = 256 * 1024;

    /// <returns>The quota of the methods we call; <c>null</c> when eBay does not say, which 204 means too.</returns>
    public async Task<Rate?> GetAsync(CancellationToken cancellationToken)
    {
        try
        {
            using var client = clients.CreateClient(ClientName);
            using var request = new HttpRequestMessage(HttpMethod.Get, "/developer/analytics/v1_beta/rate_limit/?api_context=buy&api_name=browse");
            request.LimitAnswer(AnswerLimit);
            using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            if (response.StatusCode != HttpStatusCode.OK)
            {
                return null;
            }

            return (await response.ReadJsonAsync(AnalyticsJson.Default.RateLimits, cancellationToken)).OfBrowse;
        }
        catch (Exception exception) when (exception is HttpRequestException or ExecutionRejectedException or JsonException or AccessTokenException or ProductSourceException)
        {
            Log.Unknown(logger, exception.Message);
            return null;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "eBay does not say how many calls are left: {Reason}")]
        public static partial void Unknown(ILogger logger, string reason);
    }
}
