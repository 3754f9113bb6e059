using Npgsql;

namespace Marketplace.Products.Storage;

/// <summary>Products to store, column by column.</summary>
/// <param name="saves">The products, each another one.</param>
/// <param name="old">What is stored of them, by id.</param>
/// <param name="retention">How long they may be kept.</param>
internal sealed class SaveColumns(IReadOnlyList<ProductSave> saves, IReadOnlyDictionary<string, StoredProduct> old, RetentionPolicy retention)
{
    /// <summary>The content to store of a product.</summary>
    public byte[] ContentOf(string id) => saves.First(save => save.Product.Id == id).Content;

    /// <summary>Ids, times of the calls, contents, expiries, contents of the events and contents that count as the same (both <c>null</c> where they are the content), spans; then the time of storing.</summary>
    public NpgsqlParameter[] Parameters(DateTime persistedAt) =>
    [
        Column(save => save.Product.Id),
        Column(save => save.Product.FetchedAt.UtcDateTime),
        Column(save => save.Content),
        Column(save => ExpiryOf(save)?.UtcDateTime),
        Column(save => ExpiryOf(save) is { } expiresAt ? StoredProduct.WriteExpiringContent(save.Content, expiresAt) : null),
        Column(save => old.TryGetValue(save.Product.Id, out var stored) && ProductChange.IsNone(stored, save.Product) ? stored.Content : null),
        Column(save => save.Activity?.Id),
        new NpgsqlParameter<DateTime> { TypedValue = persistedAt },
    ];

    private DateTimeOffset? ExpiryOf(ProductSave save) => retention.ExpiryOf(save.Product.FetchedAt);

    private NpgsqlParameter<T[]> Column<T>(Func<ProductSave, T> value) => new() { TypedValue = [.. saves.Select(value)] };
}
