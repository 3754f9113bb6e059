using System.Text;
using Marketplace.Contracts;

namespace Marketplace.Products.Storage;

/// <summary>Keeps products small enough to be sent whole: each goes through Kafka, whose client takes messages of 1,000,000 bytes unless configured otherwise.</summary>
internal static class ProductSize
{
    /// <summary>The longest JSON of a product, in bytes; the rest of a message is left to headers and to what storing adds.</summary>
    public const int MaxContentBytes = 950_000;

    /// <summary>The product with its description cut where that is longer than <see cref="Product.MaxDescriptionBytes"/>.</summary>
    public static Product CutDescription(Product product) =>
        product.Description is { } text && Encoding.UTF8.GetByteCount(text) > Product.MaxDescriptionBytes
            ? product with { Description = Cut(text, Product.MaxDescriptionBytes), DescriptionTruncated = true }
            : product;

    /// <summary>Refuses a product that is too large although its description was cut.</summary>
    /// <param name="content">Its JSON.</param>
    /// <exception cref="ProductSourceException">It is longer than <see cref="MaxContentBytes"/>.</exception>
    public static void Check(byte[] content)
    {
        if (content.Length > MaxContentBytes)
        {
            throw ProductSourceException.Unavailable($"The product has {content.Length} bytes; {MaxContentBytes} are allowed.");
        }
    }

    private static string Cut(string text, int bytes)
    {
        var length = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            if ((bytes -= rune.Utf8SequenceLength) < 0)
            {
                break;
            }

            length += rune.Utf16SequenceLength;
        }

        return text[..length];
    }
}
