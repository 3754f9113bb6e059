using System.Text.Json;
using System.Text.Json.Serialization;
using Marketplace.Products.Budget;

namespace Marketplace.Products.Operations;

/// <summary>What is kept of a product.</summary>
internal sealed record KeptProduct(string Id, CacheEntry Cache, DatabaseRecord Database);

/// <summary>What Redis holds.</summary>
/// <param name="Status">In words: fresh, stale, known to be absent, not kept, or that Redis does not answer.</param>
/// <param name="FreshUntil">Until when it is served without a refresh.</param>
/// <param name="ExpiresAt">When Redis drops it.</param>
/// <param name="Product">The product itself.</param>
internal sealed record CacheEntry(string Status, DateTimeOffset? FreshUntil = null, DateTimeOffset? ExpiresAt = null, JsonElement? Product = null);

/// <summary>What Postgres holds.</summary>
/// <param name="Status">In words: fresh, stale, gone from the marketplace, not kept, or that Postgres does not answer.</param>
/// <param name="Version">Counts the changes, from 1.</param>
/// <param name="FetchedAt">When the marketplace was last asked.</param>
/// <param name="PersistedAt">When this version was stored.</param>
/// <param name="FreshUntil">Until when it is served without a refresh.</param>
internal sealed record DatabaseRecord(string Status, long? Version = null, DateTime? FetchedAt = null, DateTime? PersistedAt = null, DateTimeOffset? FreshUntil = null);

/// <summary>What waits in the outbox.</summary>
/// <param name="Unsent">How many events; counted up to 100,000.</param>
/// <param name="Oldest">When the oldest was stored.</param>
/// <param name="OldestAgeSeconds">For how long it has waited.</param>
/// <param name="Refused">How many were set aside, as they are larger than Kafka takes; counted up to 100,000.</param>
/// <param name="RefusedProducts">The products of the first of those, twenty at most.</param>
internal sealed record OutboxStatus(int Unsent, DateTime? Oldest, double? OldestAgeSeconds, int Refused, string[] RefusedProducts);

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(KeptProduct))]
[JsonSerializable(typeof(OutboxStatus))]
[JsonSerializable(typeof(BudgetStatus))]
internal sealed partial class OperationsJson : JsonSerializerContext;
