using System.Text.Json;
using System.Text.Json.Serialization;

namespace Marketplace.Contracts;

/// <summary>Source-generated JSON of every contract: camelCase, enums as camelCase strings, unknown fields ignored, nulls left out.</summary>
[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Web,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UseStringEnumConverter = true,
    Converters = [typeof(CamelCaseEnum<ReplyStatus>), typeof(CamelCaseEnum<ProductSource>)])]
[JsonSerializable(typeof(Product))]
[JsonSerializable(typeof(GetProduct))]
[JsonSerializable(typeof(ReplyStatus))]
[JsonSerializable(typeof(ProductSource?))]
[JsonSerializable(typeof(ReplyError))]
public sealed partial class ContractsJson : JsonSerializerContext;

internal sealed class CamelCaseEnum<T>() : JsonStringEnumConverter<T>(JsonNamingPolicy.CamelCase)
    where T : struct, Enum;
