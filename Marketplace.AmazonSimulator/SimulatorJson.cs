using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Marketplace.AmazonSimulator.Catalog;

namespace Marketplace.AmazonSimulator;

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(JsonObject))]
[JsonSerializable(typeof(CatalogRequest))]
[JsonSerializable(typeof(AllowanceSettings))]
[JsonSerializable(typeof(FormSettings))]
internal sealed partial class SimulatorJson : JsonSerializerContext;
