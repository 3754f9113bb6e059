using System.Text.Json;
using System.Text.Json.Serialization;

namespace Marketplace.Products.Search;

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ProductPage))]
[JsonSerializable(typeof(ProductSearchResult))]
internal sealed partial class SearchJson : JsonSerializerContext;
