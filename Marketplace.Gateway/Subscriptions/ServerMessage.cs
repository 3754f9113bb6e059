using System.Buffers;

namespace Marketplace.Gateway.Subscriptions;

/// <summary>The messages of the protocol that a server sends.</summary>
internal static class ServerMessage
{
    public static readonly byte[] Ack = [.. "connection_ack"u8];
    public static readonly byte[] Pong = [.. "pong"u8];
    public static readonly byte[] Next = [.. "next"u8];
    public static readonly byte[] Error = [.. "error"u8];
    public static readonly byte[] Complete = [.. "complete"u8];

    /// <summary>Writes a message.</summary>
    /// <param name="type">One of the above.</param>
    /// <param name="id">The operation's id as JSON; empty for a message about none.</param>
    /// <param name="payload">The payload as JSON; empty for none.</param>
    /// <param name="output">Gets the message.</param>
    public static void Write(byte[] type, ReadOnlySpan<byte> id, ReadOnlySpan<byte> payload, IBufferWriter<byte> output)
    {
        output.Write("{"u8);
        if (!id.IsEmpty)
        {
            output.Write("\"id\":"u8);
            output.Write(id);
            output.Write(","u8);
        }

        output.Write("\"type\":\""u8);
        output.Write(type);
        output.Write("\""u8);
        if (!payload.IsEmpty)
        {
            output.Write(",\"payload\":"u8);
            output.Write(payload);
        }

        output.Write("}"u8);
    }
}
