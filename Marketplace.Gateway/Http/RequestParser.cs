using System.Buffers;
using System.Text;
using System.Text.Json;
using Marketplace.Gateway.Execution;

namespace Marketplace.Gateway.Http;

/// <summary>Reads a GraphQL request from the JSON of a body.</summary>
/// <param name="documents">Knows the texts asked for lately, so that they are not made anew.</param>
internal sealed class RequestParser(Documents documents)
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
            mistake = $"The body is no JSON (line {exception.LineNumber + 1}, byte {exception.BytePositionInLine + 1}).";
        }
        catch (InvalidOperationException)
        {
            mistake = "The body has a string that is no valid Unicode.";
        }

        return mistake is null;
    }

    /// <summary>Whether a body is a batch of requests: an array.</summary>
    public static bool IsBatch(ReadOnlySpan<byte> body) => body.TrimStart(" \t\r\n"u8) is [(byte)'[', ..];

    /// <summary>Reads a batch of requests.</summary>
    /// <param name="body">The body; the requests refer to it.</param>
    /// <param name="limit">How many there may be; one more is read, no more.</param>
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
            mistake = $"The body is no JSON (line {exception.LineNumber + 1}, byte {exception.BytePositionInLine + 1}).";
        }

        return mistake is null;
    }

    /// <summary>Whether <paramref name="json"/> is one JSON object, or <c>null</c>.</summary>
    public static bool IsObject(ReadOnlySpan<byte> json, out bool isNull)
    {
        isNull = false;
        var reader = new Utf8JsonReader(json);
        try
        {
            reader.Read();
            isNull = reader.TokenType == JsonTokenType.Null;
            if (!isNull && reader.TokenType != JsonTokenType.StartObject)
            {
                return false;
            }

            SkipObject(ref reader);
            return !reader.Read();
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
        return TryEnter(ref reader, "persistedQuery"u8) && reader.TokenType == JsonTokenType.StartObject
            && TryEnter(ref reader, "sha256Hash"u8) && reader.TokenType == JsonTokenType.String
            && !reader.ValueIsEscaped
            ? Encoding.UTF8.GetString(reader.ValueSpan)
            : null;

        // From an object's start to the value of its member, if it has it.
        static bool TryEnter(ref Utf8JsonReader reader, ReadOnlySpan<byte> member)
        {
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var found = reader.ValueTextEquals(member);
                reader.Read();
                if (found)
                {
                    return true;
                }

                reader.Skip();
            }

            return false;
        }
    }

    private string? Parse(ref Utf8JsonReader reader, ReadOnlyMemory<byte> body, ref GraphQLRequest request)
    {
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
        {
            return "The body must be a JSON object.";
        }

        string? query = null;
        Document? known = null;
        string? operationName = null;
        ReadOnlyMemory<byte> variables = default;
        ReadOnlyMemory<byte> extensions = default;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("query"u8))
            {
                reader.Read();
                if (reader.TokenType != JsonTokenType.String)
                {
                    return "'query' must be a string.";
                }

                query = ReadQuery(ref reader, out known);
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

        var hash = extensions.IsEmpty ? null : ReadHash(extensions.Span);
        if (query is null && hash is null)
        {
            return "'query' is missing.";
        }

        request = new GraphQLRequest(query, operationName, variables, hash, known);
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

    private static bool TryReadObject(ref Utf8JsonReader reader, ReadOnlyMemory<byte> body, out ReadOnlyMemory<byte> json)
    {
        json = default;
        reader.Read();
        if (reader.TokenType == JsonTokenType.Null)
        {
            return true;
        }

        if (reader.TokenType != JsonTokenType.StartObject)
        {
            return false;
        }

        var start = (int)reader.TokenStartIndex;
        SkipObject(ref reader);
        json = body[start..(int)reader.BytesConsumed];
        return true;
    }

    // Whoever compares a name or value with half a surrogate pair in it later would throw: it is found here.
    private static void SkipObject(ref Utf8JsonReader reader)
    {
        var depth = reader.CurrentDepth;
        while (reader.Read() && reader.CurrentDepth > depth)
        {
            if (reader.ValueIsEscaped)
            {
                reader.GetString();
            }
        }
    }
}
