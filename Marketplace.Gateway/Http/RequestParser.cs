using System.Buffers;
using System.Text;
using System.Text.Json;
using Marketplace.Gateway.Execution;

namespace Marketplace.Gateway.Http;

/// <summary>Reads GraphQL requests from the JSON of a body.</summary>
/// <param name="documents">Has the texts of recent requests, so that they are not allocated again.</param>
internal sealed class RequestParser(DocumentCache documents)
{
    /// <summary>Reads one request.</summary>
    /// <param name="body">The body; the request refers to it.</param>
    /// <param name="request">The request.</param>
    /// <param name="mistake">What is wrong with the body, for its sender.</param>
    public bool TryParse(ReadOnlyMemory<byte> body, out GraphQLRequest request, out string? mistake)
    {
        request = default;
        if (body.IsEmpty)
        {
            mistake = "The body is missing.";
            return false;
        }

        var reader = new Utf8JsonReader(body.Span);
        try
        {
            mistake = Parse(ref reader, body, ref request);
            if (mistake is null && reader.Read())
            {
                mistake = "The body has something after its JSON object.";
            }
        }
        catch (JsonException exception)
        {
            mistake = Invalid(exception);
        }
        catch (InvalidOperationException)
        {
            mistake = "The body has a string that is not valid Unicode.";
        }

        return mistake is null;
    }

    /// <summary>Whether a body is a batch of requests: an array.</summary>
    public static bool IsBatch(ReadOnlySpan<byte> body) => body.TrimStart(" \t\r\n"u8) is [(byte)'[', ..];

    /// <summary>Reads a batch of requests.</summary>
    /// <param name="body">The body; the requests refer to it.</param>
    /// <param name="limit">How many there may be; at most one more is read.</param>
    /// <param name="requests">The requests.</param>
    /// <param name="mistake">What is wrong with the body, for its sender.</param>
    public bool TryParseBatch(ReadOnlyMemory<byte> body, int limit, out List<GraphQLRequest> requests, out string? mistake)
    {
        requests = [];
        mistake = null;
        var reader = new Utf8JsonReader(body.Span);
        try
        {
            reader.Read();
            while (reader.Read() && reader.TokenType != JsonTokenType.EndArray && requests.Count <= limit)
            {
                var start = (int)reader.TokenStartIndex;
                reader.Skip();
                if (!TryParse(body[start..(int)reader.BytesConsumed], out var request, out mistake))
                {
                    mistake = $"Request {requests.Count + 1} of the batch: {mistake}";
                    return false;
                }

                requests.Add(request);
            }

            mistake = requests.Count == 0 ? "The body must be a JSON object, or an array with at least one."
                : reader.TokenType == JsonTokenType.EndArray && reader.Read() ? "The body has something after its JSON array."
                : null;
        }
        catch (JsonException exception)
        {
            mistake = Invalid(exception);
        }

        return mistake is null;
    }

    /// <summary>Reads <paramref name="json"/>, which must be one JSON object or <c>null</c>; empty for the latter.</summary>
    public static bool TryReadObject(ReadOnlyMemory<byte> json, out ReadOnlyMemory<byte> value)
    {
        value = default;
        var reader = new Utf8JsonReader(json.Span);
        try
        {
            return TryReadObject(ref reader, json, out value) && !reader.Read();
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return false;
        }
    }

    /// <summary>Reads <c>persistedQuery.sha256Hash</c> of Apollo's protocol from the extensions' object.</summary>
    public static string? ReadHash(ReadOnlySpan<byte> extensions)
    {
        if (extensions.IsEmpty)
        {
            return null;
        }

        var reader = new Utf8JsonReader(extensions);
        reader.Read();
        return reader.TryMoveTo("persistedQuery"u8) && reader.TryMoveTo("sha256Hash"u8) && reader.TokenType == JsonTokenType.String && !reader.ValueIsEscaped
            ? Encoding.UTF8.GetString(reader.ValueSpan)
            : null;
    }

    private static string Invalid(JsonException exception) =>
        $"The body is not valid JSON (line {exception.LineNumber + 1}, byte {exception.BytePositionInLine + 1}).";

    private string? Parse(ref Utf8JsonReader reader, ReadOnlyMemory<byte> body, ref GraphQLRequest request)
    {
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
        {
            return "The body must be a JSON object.";
        }

        string? query = null;
        Document? known = null;
        string? operationName = null;
        string? documentId = null;
        ReadOnlyMemory<byte> variables = default;
        ReadOnlyMemory<byte> extensions = default;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("query"u8))
            {
                reader.Read();
                if (reader.TokenType is not (JsonTokenType.String or JsonTokenType.Null))
                {
                    return "'query' must be a string.";
                }

                query = reader.TokenType == JsonTokenType.Null ? null : ReadQuery(ref reader, out known);
            }
            else if (reader.ValueTextEquals("documentId"u8) || reader.ValueTextEquals("doc_id"u8))
            {
                var name = reader.GetString();
                reader.Read();
                if (reader.TokenType is not (JsonTokenType.String or JsonTokenType.Null))
                {
                    return $"'{name}' must be a string or null.";
                }

                documentId = reader.GetString() ?? documentId;
            }
            else if (reader.ValueTextEquals("operationName"u8))
            {
                reader.Read();
                if (reader.TokenType is not (JsonTokenType.String or JsonTokenType.Null))
                {
                    return "'operationName' must be a string or null.";
                }

                operationName = reader.GetString();
            }
            else if (reader.ValueTextEquals("variables"u8))
            {
                if (!TryReadObject(ref reader, body, out variables))
                {
                    return "'variables' must be an object or null.";
                }
            }
            else if (reader.ValueTextEquals("extensions"u8))
            {
                if (!TryReadObject(ref reader, body, out extensions))
                {
                    return "'extensions' must be an object or null.";
                }
            }
            else
            {
                reader.Read();
                reader.Skip();
            }
        }

        documentId ??= ReadHash(extensions.Span);
        if (query is null && documentId is null)
        {
            return "'query' is missing, and so is 'documentId'.";
        }

        request = new GraphQLRequest(query, operationName, variables, documentId, known);
        return null;
    }

    private string ReadQuery(ref Utf8JsonReader reader, out Document? known)
    {
        var text = ArrayPool<char>.Shared.Rent(reader.ValueSpan.Length);
        try
        {
            var length = reader.CopyString(text);
            return documents.TryGetKnown(text.AsSpan(0, length), out known) ? known.Text : new string(text, 0, length);
        }
        finally
        {
            ArrayPool<char>.Shared.Return(text);
        }
    }

    private static bool TryReadObject(ref Utf8JsonReader reader, ReadOnlyMemory<byte> json, out ReadOnlyMemory<byte> value)
    {
        value = default;
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            return reader.TokenType == JsonTokenType.Null;
        }

        var (start, depth) = ((int)reader.TokenStartIndex, reader.CurrentDepth);
        while (reader.Read() && reader.CurrentDepth > depth)
        {
            // Throws for half a surrogate pair, which a later comparison with this text would do otherwise.
            if (reader.ValueIsEscaped)
            {
                reader.GetString();
            }
        }

        value = json[start..(int)reader.BytesConsumed];
        return true;
    }
}
