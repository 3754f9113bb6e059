using System.Text;
using System.Text.Json;
using Marketplace.Contracts;

namespace Marketplace.Products.Reading;

/// <summary>Gives a product that was asked for by another of its ids (<see cref="IProductSource.CanonicalId"/>) the id asked for.</summary>
internal static class ProductAlias
{
    /// <summary>The answer for who asked by <paramref name="id"/>: absent when the product found does not have that id.</summary>
    public static ProductRead Rename(ProductRead read, string id)
    {
        var renamed = read.Status == ReplyStatus.Found ? Rename(read.Product, id) : read.Product;
        return read.Status != ReplyStatus.Found ? read
            : renamed.IsEmpty ? ProductRead.Absent(read.Source!.Value)
            : read with { Product = renamed };
    }

    /// <summary>The product's JSON with <paramref name="id"/>; empty when its <c>ids</c> do not have it. One that names none was stored before ids were.</summary>
    public static ReadOnlyMemory<byte> Rename(ReadOnlyMemory<byte> product, string id)
    {
        var reader = new Utf8JsonReader(product.Span);
        var (start, end) = (0, 0);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("id"u8))
            {
                reader.Read();
                (start, end) = ((int)reader.TokenStartIndex, (int)reader.BytesConsumed);
            }
            else if (reader.ValueTextEquals("ids"u8))
            {
                if (!Names(ref reader, id))
                {
                    return default;
                }
            }
            else
            {
                reader.Read();
                reader.Skip();
            }
        }

        var json = product.Span;
        return (byte[])[.. json[..start], (byte)'"', .. Encoding.UTF8.GetBytes(id), (byte)'"', .. json[end..]];
    }

    private static bool Names(ref Utf8JsonReader reader, string id)
    {
        var names = false;
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.String)
        {
            names |= reader.ValueTextEquals(id);
        }

        return names;
    }
}
