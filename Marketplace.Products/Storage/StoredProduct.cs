using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Marketplace.Messaging.Contracts;

namespace Marketplace.Products.Storage;

/// <summary>
/// A product as stored. Its JSON is kept in two parts: the content, compared to tell whether a product changed,
/// and the fields that storing it decides, which are appended when it is read.
/// </summary>
/// <param name="Id">The product's id.</param>
/// <param name="Version">Counts the changes, from 1.</param>
/// <param name="FetchedAt">When the marketplace was last asked.</param>
/// <param name="PersistedAt">When this version was stored.</param>
/// <param name="Content">The rest of the product's JSON; <c>null</c> for a product that is gone.</param>
internal sealed record StoredProduct(string Id, long Version, DateTime FetchedAt, DateTime PersistedAt, byte[]? Content)
{
    private static readonly string[] StoredFields = ["fetchedAt", "version", "persistedAt"];

    private static readonly JsonTypeInfo<Product> ContentInfo = (JsonTypeInfo<Product>)new JsonSerializerOptions(ContractsJson.Default.Options)
    {
        // Never part of a page: as short and readable as JSON allows.
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        TypeInfoResolver = ContractsJson.Default.WithAddedModifier(static type =>
        {
            if (type.Type == typeof(Product))
            {
                for (var i = type.Properties.Count - 1; i >= 0; i--)
                {
                    if (StoredFields.Contains(type.Properties[i].Name))
                    {
                        type.Properties.RemoveAt(i);
                    }
                }
            }
        }),
    }.GetTypeInfo(typeof(Product));

    public static byte[] WriteContent(Product product) => JsonSerializer.SerializeToUtf8Bytes(product, ContentInfo);

    /// <summary>The product's whole JSON.</summary>
    public byte[] ToJson()
    {
        var content = Content ?? throw new InvalidOperationException("A product that is gone has no JSON.");
        var buffer = new ArrayBufferWriter<byte>(content.Length + 128);
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            writer.WriteString("fetchedAt", Utc(FetchedAt));
            writer.WriteNumber("version", Version);
            writer.WriteString("persistedAt", Utc(PersistedAt));
            writer.WriteEndObject();
        }

        // {content} and {stored} become {content,stored}.
        var json = new byte[content.Length + buffer.WrittenCount - 1];
        content.CopyTo(json, 0);
        json[content.Length - 1] = (byte)',';
        buffer.WrittenSpan[1..].CopyTo(json.AsSpan(content.Length));
        return json;
    }

    private static DateTimeOffset Utc(DateTime time) => new(DateTime.SpecifyKind(time, DateTimeKind.Utc));
}
