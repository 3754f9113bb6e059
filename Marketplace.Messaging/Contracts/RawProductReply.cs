using System.Buffers;
using System.Text.Json;

namespace Marketplace.Messaging.Contracts;

/// <summary>
/// A <see cref="ProductReply"/> whose product stays JSON: <c>{"status":"found","source":"cache","product":{…}}</c>.
/// Both sides pass a product on without parsing it. A reply in any other form is read through <see cref="ContractsJson"/>.
/// </summary>
/// <param name="Source">Which layer answered.</param>
/// <param name="Product">The product's JSON, or empty when there is no such product.</param>
public readonly record struct RawProductReply(ProductSource Source, ReadOnlyMemory<byte> Product)
{
    private static readonly Form[] Forms = [.. Enum.GetValues<ProductSource>().Select(source => new Form(source))];

    /// <summary>Whether there is no such product.</summary>
    public bool IsAbsent => Product.IsEmpty;

    /// <summary>Writes the reply to a command.</summary>
    /// <param name="source">Which layer answered.</param>
    /// <param name="product">The product's JSON, or empty when there is no such product.</param>
    public static byte[] Write(ProductSource source, ReadOnlySpan<byte> product)
    {
        var form = Forms[(int)source];
        if (product.IsEmpty)
        {
            return form.NotFound;
        }

        var reply = new byte[form.Found.Length + product.Length + 1];
        form.Found.CopyTo(reply, 0);
        product.CopyTo(reply.AsSpan(form.Found.Length));
        reply[^1] = (byte)'}';
        return reply;
    }

    /// <summary>Writes the reply to a command that failed.</summary>
    public static byte[] Write(ReplyError error) =>
        JsonSerializer.SerializeToUtf8Bytes(new ProductReply { Status = ReplyStatus.Failed, Error = error }, ContractsJson.Default.ProductReply);

    /// <summary>Reads a reply that <see cref="Write(ProductSource, ReadOnlySpan{byte})"/> made; <c>false</c> for any other, failures among them.</summary>
    public static bool TryRead(ReadOnlyMemory<byte> reply, out RawProductReply read)
    {
        var bytes = reply.Span;
        foreach (var form in Forms)
        {
            if (bytes.StartsWith(form.Found) && bytes[^1] == (byte)'}')
            {
                read = new RawProductReply(form.Source, reply[form.Found.Length..^1]);
                return true;
            }

            if (bytes.SequenceEqual(form.NotFound))
            {
                read = new RawProductReply(form.Source, default);
                return true;
            }
        }

        read = default;
        return false;
    }

    private sealed class Form(ProductSource source)
    {
        public ProductSource Source { get; } = source;

        public byte[] Found { get; } = Bytes(ReplyStatus.Found, source, ",\"product\":"u8);

        public byte[] NotFound { get; } = Bytes(ReplyStatus.NotFound, source, "}"u8);

        // From the serializer itself, so that the two forms cannot drift apart.
        private static byte[] Bytes(ReplyStatus status, ProductSource source, ReadOnlySpan<byte> end)
        {
            var reply = JsonSerializer.SerializeToUtf8Bytes(new ProductReply { Status = status, Source = source }, ContractsJson.Default.ProductReply);
            var buffer = new ArrayBufferWriter<byte>();
            buffer.Write(reply.AsSpan(0, reply.Length - 1));
            buffer.Write(end);
            return buffer.WrittenSpan.ToArray();
        }
    }
}
