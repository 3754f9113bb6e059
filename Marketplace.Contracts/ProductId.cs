using System.Buffers;

namespace Marketplace.Contracts;

/// <summary>The form of a product id: 1–128 characters of <c>A–Z a–z 0–9 | _ - . :</c>.</summary>
public static class ProductId
{
    /// <summary>The longest id allowed, in characters.</summary>
    public const int MaxLength = 128;

    /// <summary>What an id may be, for error messages.</summary>
    public const string Rule = "1-128 characters of A-Z a-z 0-9 | _ - . :";

    private static readonly SearchValues<char> Allowed =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789|_-.:");

    /// <summary>Whether <paramref name="id"/> has the allowed form.</summary>
    public static bool IsValid(ReadOnlySpan<char> id) =>
        id.Length is > 0 and <= MaxLength && !id.ContainsAnyExcept(Allowed);
}
