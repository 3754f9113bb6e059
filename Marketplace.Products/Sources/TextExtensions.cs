namespace Marketplace.Products;

/// <summary>Texts of marketplaces.</summary>
public static class TextExtensions
{
    /// <summary>The text; <c>null</c> in place of one that is empty or nothing but white space, which says as much as none.</summary>
    public static string? NotEmpty(this string? text) => string.IsNullOrWhiteSpace(text) ? null : text;
}
