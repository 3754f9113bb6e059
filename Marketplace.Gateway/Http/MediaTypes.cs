using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace Marketplace.Gateway.Http;

/// <summary>The form of an answer.</summary>
internal enum AnswerFormat
{
    /// <summary><c>application/json</c>: status 200 whatever became of a well-formed request.</summary>
    Json,

    /// <summary><c>application/graphql-response+json</c>: the status tells whether the request was executed.</summary>
    GraphQLResponse,

    /// <summary><c>text/event-stream</c>: as events, for subscriptions and whatever else.</summary>
    EventStream,

    /// <summary><c>text/html</c>: the page in the browser.</summary>
    Html,

    /// <summary>Nothing the caller accepts.</summary>
    None,
}

/// <summary>Media types as the GraphQL-over-HTTP specification (draft) and RFC 9110 12.5.1 mean them.</summary>
internal static class MediaTypes
{
    public const string Json = "application/json";
    public const string GraphQLResponse = "application/graphql-response+json";
    public const string EventStream = "text/event-stream";
    private const string Html = "text/html";

    public static string ContentType(AnswerFormat format) =>
        format == AnswerFormat.GraphQLResponse ? "application/graphql-response+json; charset=utf-8" : "application/json; charset=utf-8";

    /// <summary>Whether a body declared as <paramref name="contentType"/> is JSON in UTF-8.</summary>
    public static bool IsJson(string? contentType) =>
        contentType is Json
        || (MediaTypeHeaderValue.TryParse(contentType, out var type)
            && type.MediaType.Equals(Json, StringComparison.OrdinalIgnoreCase)
            && (!type.Charset.HasValue || HeaderUtilities.RemoveQuotes(type.Charset).Equals("utf-8", StringComparison.OrdinalIgnoreCase)));

    /// <summary>Chooses the form of the answer by the header <c>Accept</c>.</summary>
    /// <param name="accept">The header.</param>
    /// <param name="streams">Whether a subscription may be answered as events, as it can in no other form.</param>
    public static AnswerFormat Choose(StringValues accept, out bool streams)
    {
        streams = false;
        switch (accept.Count == 1 ? accept[0] : null)
        {
            case Json or "*/*":
                return AnswerFormat.Json;
            case GraphQLResponse:
                return AnswerFormat.GraphQLResponse;
            case EventStream:
                streams = true;
                return AnswerFormat.EventStream;
        }

        if (StringValues.IsNullOrEmpty(accept))
        {
            return AnswerFormat.Json;
        }

        if (!MediaTypeHeaderValue.TryParseList(accept, out var ranges))
        {
            return AnswerFormat.None;
        }

        var json = Quality(ranges, Json, out _);
        var response = Quality(ranges, GraphQLResponse, out var responseIsNamed);
        var events = Quality(ranges, EventStream, out var eventsAreNamed);
        streams = eventsAreNamed && events > 0;
        if (streams && events > json && events > response)
        {
            return AnswerFormat.EventStream;
        }

        var html = Quality(ranges, Html, out var htmlIsNamed);
        if (htmlIsNamed && html > json && html > response)
        {
            return AnswerFormat.Html;
        }

        // A wildcard means a client that may know nothing of the newer type.
        if (response > 0 && ((responseIsNamed && response >= json) || json == 0))
        {
            return AnswerFormat.GraphQLResponse;
        }

        return json > 0 ? AnswerFormat.Json : AnswerFormat.None;
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
