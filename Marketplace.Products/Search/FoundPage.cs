using System.Text.Json;
using System.Text.Json.Serialization;

namespace Marketplace.Products.Search;

/// <summary>A <see cref="ProductPage"/> as it is kept in Redis and handed out: its products stay JSON.</summary>
/// <param name="Products">The products' JSON.</param>
/// <param name="Total">How many the marketplace says there are.</param>
/// <param name="HasMore">Whether there is another page.</param>
internal sealed record FoundPage(IReadOnlyList<JsonElement> Products, long Total, bool HasMore)
{
    public static byte[] Write(ProductPage page) => JsonSerializer.SerializeToUtf8Bytes(page, SearchJson.Default.ProductPage);

    /// <summary>The page of that JSON; <c>null</c> when another version wrote it.</summary>
    public static FoundPage? TryRead(ReadOnlySpan<byte> json)
    {
        try
        {
            return JsonSerializer.Deserialize(json, SearchJson.Default.FoundPage);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ProductPage))]
[JsonSerializable(typeof(FoundPage))]
internal sealed partial class SearchJson : JsonSerializerContext;
