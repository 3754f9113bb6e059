using System.Buffers.Text;
using System.Globalization;
using System.Text;

namespace Marketplace.Products.Search;

/// <summary>An opaque cursor: how many hits are before it. It does not expire.</summary>
internal static class SearchCursor
{
    private const int MaxLength = 32;

    /// <summary>Further than any marketplace goes.</summary>
    private const int MaxPosition = 1_000_000;

    private static ReadOnlySpan<byte> Prefix => "after:"u8;

    public static string Write(int position) =>
        Base64Url.EncodeToString(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"after:{position}")));

    /// <param name="cursor">A cursor, or nothing for the beginning.</param>
    /// <param name="position">How many hits are before it.</param>
    /// <returns>Whether it is one.</returns>
    public static bool TryRead(string? cursor, out int position)
    {
        position = 0;
        if (string.IsNullOrEmpty(cursor))
        {
            return true;
        }

        Span<byte> text = stackalloc byte[MaxLength];
        return cursor.Length <= MaxLength
            && Base64Url.IsValid(cursor)
            && Base64Url.TryDecodeFromChars(cursor, text, out var length)
            && text[..length].StartsWith(Prefix)
            && int.TryParse(text[Prefix.Length..length], NumberStyles.None, CultureInfo.InvariantCulture, out position)
            && position <= MaxPosition;
    }
}
