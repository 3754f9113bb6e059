using System.Text.Json;
using System.Text.Json.Serialization;

namespace Marketplace.Simulation;

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(Fault))]
[JsonSerializable(typeof(IReadOnlyList<Fault>))]
[JsonSerializable(typeof(Calls))]
[JsonSerializable(typeof(TokenSettings))]
internal sealed partial class SimulationJson : JsonSerializerContext;
