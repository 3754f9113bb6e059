using System.Buffers;
using System.Buffers.Text;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;

namespace Marketplace.Gateway.Products;

/// <summary>
/// A product's JSON with the position of each part, so that responses are assembled from the stored bytes without parsing or
/// writing any value again: what was stored, such as an amount's digits, is what the caller gets.
/// </summary>
internal sealed class ProductJson
{
    private const int PartCount = (int)ProductPart.Version + 1;

    private static readonly Member[] RootMembers =
    [
        new("id"u8, ProductPart.Id, MemberKind.String),
        new("ids"u8, ProductPart.Ids, MemberKind.Strings),
        new("title"u8, ProductPart.Title, MemberKind.String),
        new("description"u8, ProductPart.Description, MemberKind.String),
        new("descriptionTruncated"u8, ProductPart.DescriptionTruncated, MemberKind.Boolean),
        Money("price"u8, ProductPart.Price),
        Money("priceConvertedFrom"u8, ProductPart.PriceConvertedFrom),
        new("buyingOptions"u8, ProductPart.BuyingOptions, MemberKind.Strings),
        new("bidCount"u8, ProductPart.BidCount, MemberKind.Int),
        Money("currentBidPrice"u8, ProductPart.CurrentBidPrice),
        Money("currentBidPriceConvertedFrom"u8, ProductPart.CurrentBidPriceConvertedFrom),
        new("endsAt"u8, ProductPart.EndsAt, MemberKind.String),
        new("condition"u8, ProductPart.Condition, MemberKind.String),
        new("brand"u8, ProductPart.Brand, MemberKind.String),
        new("categoryPath"u8, ProductPart.CategoryPath, MemberKind.String),
        new("imageUrls"u8, ProductPart.ImageUrls, MemberKind.Strings),
        new("itemUrl"u8, ProductPart.ItemUrl, MemberKind.String),
        new("seller"u8, ProductPart.Seller, MemberKind.Object,
            new("username"u8, ProductPart.SellerUsername, MemberKind.String),
            new("feedbackScore"u8, ProductPart.SellerFeedbackScore, MemberKind.Int),
            new("feedbackPercentage"u8, ProductPart.SellerFeedbackPercentage, MemberKind.Number)),
        new("availability"u8, ProductPart.Availability, MemberKind.Object,
            new("status"u8, ProductPart.AvailabilityStatus, MemberKind.String),
            new("quantity"u8, ProductPart.AvailabilityQuantity, MemberKind.Int),
            new("moreThan"u8, ProductPart.AvailabilityMoreThan, MemberKind.Int)),
        new("location"u8, ProductPart.Location, MemberKind.String),
        new("withheld"u8, ProductPart.Withheld, MemberKind.Strings),
        new("expiresAt"u8, ProductPart.ExpiresAt, MemberKind.String),
        new("fetchedAt"u8, ProductPart.FetchedAt, MemberKind.String),
        new("version"u8, ProductPart.Version, MemberKind.Int),
    ];

    private readonly ReadOnlyMemory<byte> _json;
    private Positions _positions;

    private ProductJson(ReadOnlyMemory<byte> json) => _json = json;

    private enum MemberKind : byte
    {
        String,
        Strings,
        Number,
        Int,
        Boolean,
        Object,
    }

    /// <summary>Size of the product in bytes.</summary>
    public int Length => _json.Length;

    /// <summary>
    /// Finds the parts. <c>false</c> when <paramref name="json"/> is not a product: invalid JSON, a value of another
    /// type than the schema promises, or a part missing that the schema says is always there.
    /// </summary>
    public static bool TryParse(ReadOnlyMemory<byte> json, out ProductJson product)
    {
        product = new ProductJson(json);
        var reader = new Utf8JsonReader(json.Span);
        try
        {
            return reader.Read() && reader.TokenType == JsonTokenType.StartObject
                && product.ReadMembers(ref reader, RootMembers)
                && !reader.Read()
                && product.IsComplete();
        }
        catch (JsonException)
        {
            return false;
        }
    }

    /// <summary>The marketplace's own id.</summary>
    public string Id
    {
        get
        {
            var reader = new Utf8JsonReader(this[ProductPart.Id].Span);
            reader.Read();
            return reader.GetString()!;
        }
    }

    /// <summary>Which stored version it is; 0 before it is stored.</summary>
    public int Version => Utf8Parser.TryParse(this[ProductPart.Version].Span, out int version, out _) ? version : 0;

    /// <summary>When it was read from the marketplace; the minimum when that is not a date.</summary>
    public DateTimeOffset FetchedAt => Time(ProductPart.FetchedAt) ?? default;

    /// <summary>After this it may no longer be shown as it is; <c>null</c> when there is no limit.</summary>
    public DateTimeOffset? ExpiresAt => Has(ProductPart.ExpiresAt) ? Time(ProductPart.ExpiresAt) ?? default(DateTimeOffset) : null;

    /// <summary>When the listing ends; <c>null</c> when it has no end.</summary>
    public DateTimeOffset? EndsAt => Has(ProductPart.EndsAt) ? Time(ProductPart.EndsAt) : null;

    /// <summary>All its ids; empty when it has only one.</summary>
    public IReadOnlyList<string> Ids
    {
        get
        {
            var ids = new List<string>();
            var reader = new Utf8JsonReader(this[ProductPart.Ids].Span);
            while (Has(ProductPart.Ids) && reader.Read())
            {
                if (reader.TokenType == JsonTokenType.String)
                {
                    ids.Add(reader.GetString()!);
                }
            }

            return ids;
        }
    }

    /// <summary>The same product by another of its ids.</summary>
    /// <param name="id">An id of the form <see cref="Contracts.ProductId"/> allows.</param>
    public ProductJson WithId(string id)
    {
        var (start, length) = _positions[(int)ProductPart.Id];
        var json = _json.Span;
        byte[] renamed = [.. json[..start], (byte)'"', .. Encoding.UTF8.GetBytes(id), (byte)'"', .. json[(start + length)..]];
        return TryParse(renamed, out var product) ? product : throw new ArgumentException("This is not the form of an id.", nameof(id));
    }

    /// <summary>Whether the part is there and not null.</summary>
    public bool Has(ProductPart part) => _positions[(int)part].Length != 0;

    /// <summary>The part as JSON; <c>null</c> when it is absent.</summary>
    public ReadOnlyMemory<byte> this[ProductPart part]
    {
        get
        {
            var (start, length) = _positions[(int)part];
            return _json.Slice(start, length);
        }
    }

    /// <summary>Writes the part's value as JSON.</summary>
    public void Write(ProductPart part, IBufferWriter<byte> output)
    {
        var (start, length) = _positions[(int)part];
        output.Write(length != 0 ? _json.Span.Slice(start, length) : ValueWhenAbsent(part));
    }

    /// <summary>What stands for a part the stored product does not name.</summary>
    public static ReadOnlySpan<byte> ValueWhenAbsent(ProductPart part) => part switch
    {
        ProductPart.ImageUrls => "[]"u8,
        ProductPart.Version => "0"u8,
        ProductPart.DescriptionTruncated => "false"u8,
        _ => "null"u8,
    };

    private DateTimeOffset? Time(ProductPart part)
    {
        var reader = new Utf8JsonReader(this[part].Span);
        reader.Read();
        return reader.TryGetDateTimeOffset(out var time) ? time : null;
    }

    private bool ReadMembers(ref Utf8JsonReader reader, Member[] members)
    {
        // Members come in the contract's order, so the next one expected is nearly always the right one.
        var expected = 0;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            Member? member = null;
            for (var i = 0; i < members.Length; i++)
            {
                var at = (expected + i) % members.Length;
                if (reader.ValueTextEquals(members[at].Name))
                {
                    member = members[at];
                    expected = at + 1;
                    break;
                }
            }

            reader.Read();
            if (member is null)
            {
                reader.Skip();
            }
            else if (reader.TokenType == JsonTokenType.Null)
            {
                _positions[(int)member.Part] = default;
            }
            else if (!ReadValue(ref reader, member))
            {
                return false;
            }
        }

        return reader.TokenType == JsonTokenType.EndObject;
    }

    private bool ReadValue(ref Utf8JsonReader reader, Member member)
    {
        var start = (int)reader.TokenStartIndex;
        var fits = member.Kind switch
        {
            MemberKind.String => reader.TokenType == JsonTokenType.String,
            MemberKind.Number => reader.TokenType == JsonTokenType.Number,
            MemberKind.Int => reader.TokenType == JsonTokenType.Number && reader.TryGetInt32(out _),
            MemberKind.Boolean => reader.TokenType is JsonTokenType.True or JsonTokenType.False,
            MemberKind.Strings => reader.TokenType == JsonTokenType.StartArray && ReadStrings(ref reader),
            _ => reader.TokenType == JsonTokenType.StartObject && ReadMembers(ref reader, member.Members),
        };
        _positions[(int)member.Part] = new Position(start, (int)reader.BytesConsumed - start);
        return fits;
    }

    private static bool ReadStrings(ref Utf8JsonReader reader)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.String)
        {
        }

        return reader.TokenType == JsonTokenType.EndArray;
    }

    private bool IsComplete() =>
        Has(ProductPart.Id) && Has(ProductPart.Title) && Has(ProductPart.FetchedAt)
        && IsComplete(ProductPart.Price) && IsComplete(ProductPart.PriceConvertedFrom)
        && IsComplete(ProductPart.CurrentBidPrice) && IsComplete(ProductPart.CurrentBidPriceConvertedFrom)
        && (!Has(ProductPart.Seller) || Has(ProductPart.SellerUsername))
        && (!Has(ProductPart.Availability) || Has(ProductPart.AvailabilityStatus));

    private bool IsComplete(ProductPart money) => !Has(money) || (Has(money + 1) && Has(money + 2));

    private static Member Money(ReadOnlySpan<byte> name, ProductPart part) =>
        new(name, part, MemberKind.Object, new("amount"u8, part + 1, MemberKind.Number), new("currency"u8, part + 2, MemberKind.String));

    private readonly record struct Position(int Start, int Length);

    [InlineArray(PartCount)]
    private struct Positions
    {
        private Position _first;
    }

    private sealed class Member(ReadOnlySpan<byte> name, ProductPart part, MemberKind kind, params Member[] members)
    {
        public byte[] Name { get; } = name.ToArray();

        public ProductPart Part { get; } = part;

        public MemberKind Kind { get; } = kind;

        public Member[] Members { get; } = members;
    }
}
