using System.Text.Json;
using System.Text.Json.Serialization;
using Marketplace.Products;

namespace Marketplace.Amazon.Catalog;

/// <summary>A call of getItems, with ids, or of searchItems, with the rest.</summary>
internal sealed record CatalogRequest(
    string PartnerTag, IReadOnlyList<string> Resources, IReadOnlyList<string>? ItemIds = null, string? Keywords = null, int? ItemCount = null, int? ItemPage = null,
    long? MinPrice = null, long? MaxPrice = null, string? Condition = null, string? Availability = null);

/// <summary>The answer of either. Amazon's manual writes <c>itemResults</c> where its service and its SDK write <c>itemsResult</c>.</summary>
internal sealed record CatalogAnswer(ItemList? ItemsResult, ItemList? ItemResults, ItemList? SearchResult, IReadOnlyList<ItemError?>? Errors)
{
    public IEnumerable<Item> Items => ((ItemsResult ?? ItemResults ?? SearchResult)?.Items ?? []).OfType<Item>();
}

internal sealed record ItemList(IReadOnlyList<Item?>? Items, long? TotalResultCount);

/// <summary>What failed in part; which id it is about stands only in the message.</summary>
internal sealed record ItemError(string? Code, string? Message)
{
    /// <summary>Whether there is no such thing; Amazon's documents differ in the codes.</summary>
    public bool IsAbsence => Code is "NoResults" or "ItemNotAccessible" || Code?.StartsWith("Invalid", StringComparison.Ordinal) == true || Code?.Contains("NotFound", StringComparison.Ordinal) == true;
}

/// <summary>The body of a call that failed; which fields there are depends on its type. Not the shape of the token endpoint's errors.</summary>
internal sealed record CatalogError(string? Type, string? Message, string? Reason, JsonElement? FieldList, double? RetryAfterSeconds);

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, Converters = [typeof(RepairingStringConverter)])]
[JsonSerializable(typeof(CatalogRequest))]
[JsonSerializable(typeof(CatalogAnswer))]
[JsonSerializable(typeof(CatalogError))]
[JsonSerializable(typeof(Dictionary<string, string>))]
internal sealed partial class CatalogJson : JsonSerializerContext;
