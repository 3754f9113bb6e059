using System.Text;
using System.Text.Json;

namespace Marketplace.Gateway.Subscriptions;

/// <summary>A message of the protocol as a client sends it.</summary>
/// <param name="Type">What it is.</param>
/// <param name="Id">The operation it is about; <c>null</c> when it names none.</param>
/// <param name="Payload">The payload's JSON; empty when there is none.</param>
internal readonly record struct ClientMessage(string Type, string? Id, ReadOnlyMemory<byte> Payload)
{
    /// <summary>Reads a message; <c>false</c> when it has not the protocol's form.</summary>
    public static bool TryRead(ReadOnlyMemory<byte> json, out ClientMessage message)
    {
        string? type = null;
        string? id = null;
        ReadOnlyMemory<byte> payload = default;
        message = default;
        var reader = new Utf8JsonReader(json.Span);
        try
        {
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            {
                return false;
            }

            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                if (reader.ValueTextEquals("type"u8))
                {
                    if (!TryReadString(ref reader, out type))
                    {
                        return false;
                    }
                }
                else if (reader.ValueTextEquals("id"u8))
                {
                    if (!TryReadString(ref reader, out id))
                    {
                        return false;
                    }
                }
                else
                {
                    var isPayload = reader.ValueTextEquals("payload"u8);
                    reader.Read();
                    var start = (int)reader.TokenStartIndex;
                    reader.Skip();
                    payload = isPayload && reader.TokenType != JsonTokenType.Null ? json[start..(int)reader.BytesConsumed] : payload;
                }
            }

            if (reader.Read() || type is null)
            {
                return false;
            }
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // No JSON, or a string with half a surrogate pair.
            return false;
        }

        message = new(type, id, payload);
        return true;
    }

    /// <summary>Reads <c>Authorization</c> of the payload of <c>connection_init</c>, where clients put what would be that header.</summary>
    public static string? ReadAuthorization(ReadOnlySpan<byte> payload)
    {
        if (payload.IsEmpty)
        {
            return null;
        }

        var reader = new Utf8JsonReader(payload);
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            return null;
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var found = reader.ValueTextEquals("Authorization"u8) || reader.ValueTextEquals("authorization"u8);
            reader.Read();
            if (found && reader.TokenType == JsonTokenType.String)
            {
                return Encoding.UTF8.GetString(reader.ValueSpan);
            }

            reader.Skip();
        }

        return null;
    }

    private static bool TryReadString(ref Utf8JsonReader reader, out string? value)
    {
        reader.Read();
        value = reader.TokenType == JsonTokenType.String ? reader.GetString() : null;
        return value is not null;
    }
}
