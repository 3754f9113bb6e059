using System.Buffers.Text;

namespace Marketplace.Contracts;

/// <summary>
/// An entry of the shared cache, <c>{marketplace}:product:{id}</c> in Redis:
/// <c>{"freshUntil":1790000000000,"product":{…}}</c> in UTF-8, <c>null</c> for a product known to be absent.
/// The soft expiry is inside, in a fixed place; the hard one is the key's own time to live.
/// </summary>
/// <param name="FreshUntil">Until when the entry may be served without a refresh (Unix ms).</param>
/// <param name="Product">The product's JSON, or empty when the product is known to be absent.</param>
public readonly record struct CachedProduct(long FreshUntil, ReadOnlyMemory<byte> Product)
{
    private const int DigitsStart = 14;
    private const int DigitsLength = 13;
    private const int ProductStart = DigitsStart + DigitsLength + 11;

    private static ReadOnlySpan<byte> Head => "{\"freshUntil\":"u8;

    private static ReadOnlySpan<byte> Middle => ",\"product\":"u8;

    /// <summary>Whether the product is known to be absent.</summary>
    public bool IsAbsent => Product.IsEmpty;

    /// <summary>The key in Redis.</summary>
    public static string Key(string marketplace, string id) => $"{marketplace}:product:{id}";

    /// <summary>Writes an entry.</summary>
    /// <param name="product">The product's JSON, or empty for one known to be absent.</param>
    /// <param name="freshUntil">The soft expiry; a time between 2001 and 2286, so that its Unix ms have 13 digits.</param>
    public static byte[] Write(ReadOnlySpan<byte> product, DateTimeOffset freshUntil)
    {
        var body = product.IsEmpty ? "null"u8 : product;
        var entry = new byte[ProductStart + body.Length + 1];
        Head.CopyTo(entry);
        Utf8Formatter.TryFormat(freshUntil.ToUnixTimeMilliseconds(), entry.AsSpan(DigitsStart), out _);
        Middle.CopyTo(entry.AsSpan(DigitsStart + DigitsLength));
        body.CopyTo(entry.AsSpan(ProductStart));
        entry[^1] = (byte)'}';
        return entry;
    }

    /// <summary>Reads an entry without parsing the product; <c>false</c> when <paramref name="entry"/> is not one.</summary>
    public static bool TryRead(ReadOnlyMemory<byte> entry, out CachedProduct cached)
    {
        cached = default;
        var bytes = entry.Span;
        if (bytes.Length < ProductStart + 3
            || !bytes.StartsWith(Head)
            || !bytes[(DigitsStart + DigitsLength)..].StartsWith(Middle)
            || bytes[^1] != (byte)'}'
            || !Utf8Parser.TryParse(bytes.Slice(DigitsStart, DigitsLength), out long freshUntil, out var consumed)
            || consumed != DigitsLength)
        {
            return false;
        }

        var product = entry[ProductStart..^1];
        cached = new CachedProduct(freshUntil, product.Span.SequenceEqual("null"u8) ? default : product);
        return true;
    }
}
