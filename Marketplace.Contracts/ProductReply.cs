using System.Text;
using System.Text.Json;

namespace Marketplace.Contracts;

/// <summary>
/// The reply on <c>gateway.replies</c> to one <see cref="GetProduct"/>: <c>{"status":"found","source":"cache","product":{…}}</c>.
/// The product stays JSON, as both sides pass it on without parsing it.
/// </summary>
/// <param name="Status">The outcome of the command.</param>
/// <param name="Source">Which layer answered; absent when it failed.</param>
/// <param name="Product">The JSON of a <see cref="Contracts.Product"/>; empty unless <paramref name="Status"/> is <see cref="ReplyStatus.Found"/>.</param>
/// <param name="Error">The cause, when <paramref name="Status"/> is <see cref="ReplyStatus.Failed"/>.</param>
public readonly record struct ProductReply(ReplyStatus Status, ProductSource? Source, ReadOnlyMemory<byte> Product, ReplyError? Error)
{
    private static readonly byte[][] Found = Heads(source => $"{{\"status\":\"found\",\"source\":{source},\"product\":");
    private static readonly byte[][] NotFound = Heads(source => $"{{\"status\":\"notFound\",\"source\":{source}");

    /// <summary>The reply in place of one that is too large for Kafka.</summary>
    public static byte[] TooLarge { get; } = Write(new ReplyError(ReplyErrorCodes.UpstreamUnavailable, "The product is larger than a message may be."));

    /// <summary>Writes the reply to a command.</summary>
    /// <param name="source">Which layer answered.</param>
    /// <param name="product">The product's JSON, or empty when there is no such product.</param>
    public static byte[] Write(ProductSource source, ReadOnlySpan<byte> product)
    {
        ReadOnlySpan<byte> head = (product.IsEmpty ? NotFound : Found)[(int)source];
        var reply = new byte[head.Length + product.Length + 1];
        head.CopyTo(reply);
        product.CopyTo(reply.AsSpan(head.Length));
        reply[^1] = (byte)'}';
        return reply;
    }

    /// <summary>Writes the reply to a command that failed.</summary>
    public static byte[] Write(ReplyError error) =>
        [.. "{\"status\":\"failed\",\"error\":"u8, .. JsonSerializer.SerializeToUtf8Bytes(error, ContractsJson.Default.ReplyError), (byte)'}'];

    /// <summary>Reads a reply, in whatever order its fields are; <c>false</c> when <paramref name="json"/> is not one.</summary>
    public static bool TryRead(ReadOnlyMemory<byte> json, out ProductReply reply)
    {
        ReplyStatus? status = null;
        ProductSource? source = null;
        ReadOnlyMemory<byte> product = default;
        ReplyError? error = null;
        try
        {
            var reader = new Utf8JsonReader(json.Span);
            reader.Read();
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                if (reader.ValueTextEquals("status"u8))
                {
                    status = JsonSerializer.Deserialize(ref reader, ContractsJson.Default.ReplyStatus);
                }
                else if (reader.ValueTextEquals("source"u8))
                {
                    source = JsonSerializer.Deserialize(ref reader, ContractsJson.Default.NullableProductSource);
                }
                else if (reader.ValueTextEquals("product"u8))
                {
                    reader.Read();
                    var start = (int)reader.TokenStartIndex;
                    reader.Skip();
                    product = reader.TokenType == JsonTokenType.Null ? default : json[start..(int)reader.BytesConsumed];
                }
                else if (reader.ValueTextEquals("error"u8))
                {
                    error = JsonSerializer.Deserialize(ref reader, ContractsJson.Default.ReplyError);
                }
                else
                {
                    reader.Skip();
                }
            }
        }
        catch (JsonException)
        {
            status = null;
        }

        reply = new ProductReply(status.GetValueOrDefault(), source, product, error);
        return status switch
        {
            ReplyStatus.Found => source is not null && !product.IsEmpty,
            ReplyStatus.NotFound => source is not null,
            ReplyStatus.Failed => error is not null,
            _ => false,
        };
    }

    // By source.
    private static byte[][] Heads(Func<string, string> head) =>
        [.. Enum.GetValues<ProductSource>().Select(source => Encoding.UTF8.GetBytes(head(JsonSerializer.Serialize(source, ContractsJson.Default.ProductSource))))];
}
