using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Marketplace.Contracts;

namespace Marketplace.Products.Storage;

/// <summary>
/// A product as stored. Its JSON is kept in two parts: the content, compared to see whether a product changed,
/// and the fields that storing it decides, which are appended when it is read.
/// </summary>
/// <param name="Id">The product's id.</param>
/// <param name="Version">Counts the changes, from 1.</param>
/// <param name="FetchedAt">When the marketplace was last asked.</param>
/// <param name="PersistedAt">When this version was stored.</param>
/// <param name="Content">The rest of the product's JSON; <c>null</c> for a product that is gone, and for one that may be kept no longer.</param>
/// <param name="ExpiresAt">Until when the content may be shown as it is; <c>null</c> when there is no limit.</param>
internal sealed record StoredProduct(string Id, long Version, DateTime FetchedAt, DateTime PersistedAt, byte[]? Content, DateTime? ExpiresAt = null)
{
    private static readonly string[] StoredFields = ["expiresAt", "fetchedAt", "version", "persistedAt"];

    private static readonly IReadOnlyList<string> OffersWithheld = ["offers"];

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

    /// <summary>When the listing ends; <c>null</c> when it has no end.</summary>
    public DateTimeOffset? EndsAt => ReadEnd(Content);

    public static byte[] WriteContent(Product product) => JsonSerializer.SerializeToUtf8Bytes(product, ContentInfo);

    /// <summary>The content of the event that a product is gone: its ids, by which a subscriber that keeps it finds it, and none of the marketplace's data.</summary>
    public static byte[] WriteRemoval(string marketplace, StoredProduct old) => WriteContent(new Product
    {
        Id = old.Id,
        Ids = old.Content is null ? null : JsonSerializer.Deserialize(old.ToJson(), ContractsJson.Default.Product)!.Ids,
        Marketplace = marketplace,
        Title = old.Id,
        Availability = new Availability(Availability.Gone, null),
        FetchedAt = default,
    });

    /// <summary>The content with the time at which it expires, for an event: a consumer that keeps it has to know.</summary>
    public static byte[] WriteExpiringContent(byte[] content, DateTimeOffset? expiresAt) =>
        expiresAt is { } time ? Join(content, writer => writer.WriteString("expiresAt", time)) : content;

    /// <summary>The part of the product that the marketplace's terms allow to keep and show; <c>null</c> when that is nothing but the id.</summary>
    public StoredProduct? Within(RetentionPolicy retention, DateTimeOffset now)
    {
        var fetchedAt = Utc(FetchedAt);
        if (Content is null || now >= fetchedAt + retention.Items)
        {
            return null;
        }

        if (!(now >= fetchedAt + retention.Offers))
        {
            return this;
        }

        var product = JsonSerializer.Deserialize(ToJson(), ContractsJson.Default.Product)!;
        return this with
        {
            Content = WriteContent(WithoutOffers(product)),
            ExpiresAt = (fetchedAt + retention.Items)?.UtcDateTime,
        };
    }

    private static Product WithoutOffers(Product product) => product with
    {
        Price = null,
        PriceConvertedFrom = null,
        CurrentBidPrice = null,
        CurrentBidPriceConvertedFrom = null,
        BidCount = null,
        BuyingOptions = null,
        Availability = null,
        Condition = null,
        Seller = null,
        CategoryPath = null,
        Withheld = OffersWithheld,
    };

    /// <summary>The product's whole JSON.</summary>
    public byte[] ToJson()
    {
        var content = Content ?? throw new InvalidOperationException("A product that is gone has no JSON.");
        return Join(content, writer =>
        {
            if (ExpiresAt is { } expiresAt)
            {
                writer.WriteString("expiresAt", Utc(expiresAt));
            }

            writer.WriteString("fetchedAt", Utc(FetchedAt));
            writer.WriteNumber("version", Version);
            writer.WriteString("persistedAt", Utc(PersistedAt));
        });
    }

    // {content} and {more} become {content,more}.
    private static byte[] Join(byte[] content, Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            write(writer);
            writer.WriteEndObject();
        }

        var json = new byte[content.Length + buffer.WrittenCount - 1];
        content.CopyTo(json, 0);
        json[content.Length - 1] = (byte)',';
        buffer.WrittenSpan[1..].CopyTo(json.AsSpan(content.Length));
        return json;
    }

    /// <summary>The product's whole JSON, for an answer long after it was fetched: a listing that has ended since then says so.</summary>
    public byte[] ToJsonAt(DateTimeOffset now)
    {
        var json = ToJson();
        return EndsAt <= now
            ? (this with { Content = WriteContent(JsonSerializer.Deserialize(json, ContractsJson.Default.Product)! with { Availability = new Availability(Availability.Ended, null) }) }).ToJson()
            : json;
    }

    private static DateTimeOffset? ReadEnd(byte[]? content)
    {
        var reader = new Utf8JsonReader(content ?? "{}"u8);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isEnd = reader.ValueTextEquals("endsAt"u8);
            reader.Read();
            if (isEnd)
            {
                return reader.TryGetDateTimeOffset(out var time) ? time : null;
            }

            reader.Skip();
        }

        return null;
    }

    private static DateTimeOffset Utc(DateTime time) => new(DateTime.SpecifyKind(time, DateTimeKind.Utc));
}
