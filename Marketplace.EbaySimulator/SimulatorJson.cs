using System.Text.Json;
using System.Text.Json.Serialization;
using Marketplace.EbaySimulator.Analytics;
using Marketplace.EbaySimulator.Browse;
using Marketplace.EbaySimulator.Catalog;
using Marketplace.EbaySimulator.Identity;

namespace Marketplace.EbaySimulator;

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(Item))]
[JsonSerializable(typeof(ItemGroup))]
[JsonSerializable(typeof(SearchPage))]
[JsonSerializable(typeof(ErrorBody))]
[JsonSerializable(typeof(TokenResponse))]
[JsonSerializable(typeof(OAuthError))]
[JsonSerializable(typeof(PriceSettings))]
[JsonSerializable(typeof(QuotaSettings))]
[JsonSerializable(typeof(RateLimits))]
internal sealed partial class SimulatorJson : JsonSerializerContext;
