using System.Text;
using System.Text.Json;
using Marketplace.Gateway.Execution;

namespace Marketplace.Gateway.Subscriptions;

/// <summary>A message of the protocol as a client sends it.</summary>
/// <param name="Type">Its type.</param>
/// <param name="Id">The operation it is about; <c>null</c> when it names none.</param>
/// <param name="Payload">The payload's JSON; empty when there is none.</param>
internal readonly record struct ClientMessage(string Type, string? Id, ReadOnlyMemory<byte> Payload)
{
    /// <summary>The longest id of an operation, in bytes: each answer repeats it.</summary>
    private const int MaxIdBytes = 1_000;

    /// <summary>Reads a message; <c>false</c> when it does not have the protocol's form.</summary>
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
                var (isType, isId, isPayload) = (reader.ValueTextEquals("type"u8), reader.ValueTextEquals("id"u8), reader.ValueTextEquals("payload"u8));
                reader.Read();
                if ((isType || isId) && (reader.TokenType != JsonTokenType.String || reader.ValueSpan.Length > MaxIdBytes))
                {
                    return false;
                }

                type = isType ? reader.GetString() : type;
                id = isId ? reader.GetString() : id;
                var start = (int)reader.TokenStartIndex;
                reader.Skip();
                payload = isPayload && reader.TokenType != JsonTokenType.Null ? json[start..(int)reader.BytesConsumed] : payload;
            }

            message = new(type!, id, payload);
            return !reader.Read() && type is not null;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // Not valid JSON, or a string with half a surrogate pair.
            return false;
        }
    }

    /// <summary>Reads <c>Authorization</c> of the payload of <c>connection_init</c>, where clients put what would be that header.</summary>
    public static string? ReadAuthorization(ReadOnlySpan<byte> payload) => ReadString(payload, "Authorization"u8) ?? ReadString(payload, "authorization"u8);

    private static string? ReadString(ReadOnlySpan<byte> payload, ReadOnlySpan<byte> member)
    {
        if (payload.IsEmpty)
        {
            return null;
        }

        var reader = new Utf8JsonReader(payload);
        reader.Read();
        return reader.TryMoveTo(member) && reader.TokenType == JsonTokenType.String ? Encoding.UTF8.GetString(reader.ValueSpan) : null;
    }
}
