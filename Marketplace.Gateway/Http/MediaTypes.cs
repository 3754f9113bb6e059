using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace Marketplace.Gateway.Http;

/// <summary>Media types, by the GraphQL-over-HTTP specification (draft) and RFC 9110 12.5.1.</summary>
internal static class MediaTypes
{
    public const string Json = "application/json";
    public const string GraphQLResponse = "application/graphql-response+json";
    public const string EventStream = "text/event-stream";
    private const string Html = "text/html";

    public static string ContentType(ResponseFormat format) =>
        format == ResponseFormat.GraphQLResponse ? "application/graphql-response+json; charset=utf-8" : "application/json; charset=utf-8";

    /// <summary>Whether a body declared as <paramref name="contentType"/> is JSON in UTF-8.</summary>
    public static bool IsJson(string? contentType) =>
        contentType is Json
        || (MediaTypeHeaderValue.TryParse(contentType, out var type)
            && type.MediaType.Equals(Json, StringComparison.OrdinalIgnoreCase)
            && (!type.Charset.HasValue || HeaderUtilities.RemoveQuotes(type.Charset).Equals("utf-8", StringComparison.OrdinalIgnoreCase)));

    /// <summary>Chooses the form of the response by the header <c>Accept</c>.</summary>
    /// <param name="accept">The header.</param>
    /// <param name="streams">Whether the client accepts server-sent events, the only form for a subscription.</param>
    public static ResponseFormat Choose(StringValues accept, out bool streams)
    {
        streams = false;
        switch (accept.Count == 1 ? accept[0] : null)
        {
            case Json or "*/*":
                return ResponseFormat.Json;
            case GraphQLResponse:
                return ResponseFormat.GraphQLResponse;
            case EventStream:
                streams = true;
                return ResponseFormat.EventStream;
        }

        if (StringValues.IsNullOrEmpty(accept))
        {
            return ResponseFormat.Json;
        }

        if (!MediaTypeHeaderValue.TryParseList(accept, out var ranges))
        {
            return ResponseFormat.None;
        }

        var json = Quality(ranges, Json, out _);
        var response = Quality(ranges, GraphQLResponse, out var responseIsNamed);
        var events = Quality(ranges, EventStream, out var eventsAreNamed);
        streams = eventsAreNamed && events > 0;
        if (streams && events > json && events > response)
        {
            return ResponseFormat.EventStream;
        }

        var html = Quality(ranges, Html, out var htmlIsNamed);
        if (htmlIsNamed && html > json && html > response)
        {
            return ResponseFormat.Html;
        }

        // A wildcard means a client that may know nothing of the newer type.
        if (response > 0 && ((responseIsNamed && response >= json) || json == 0))
        {
            return ResponseFormat.GraphQLResponse;
        }

        return json > 0 ? ResponseFormat.Json : ResponseFormat.None;
    }

    private static double Quality(IList<MediaTypeHeaderValue> ranges, string mediaType, out bool isNamed)
    {
        var best = (Precision: 0, Quality: 0.0);
        foreach (var range in ranges)
        {
            var precision = range.MediaType.Equals(mediaType, StringComparison.OrdinalIgnoreCase) ? 3
                : range.MatchesAllTypes ? 1
                : range.MatchesAllSubTypes && mediaType.AsSpan().StartsWith(range.Type.AsSpan(), StringComparison.OrdinalIgnoreCase) && mediaType[range.Type.Length] == '/' ? 2
                : 0;
            if (precision > best.Precision)
            {
                best = (precision, range.Quality ?? 1);
            }
        }

        isNamed = best.Precision == 3;
        return best.Quality;
    }
}
