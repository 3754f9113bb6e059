using System.Diagnostics;
using System.Text.Json;
using Marketplace.Messaging.Contracts;
using Npgsql;

namespace Marketplace.Products.Storage;

/// <summary>Products in Postgres.</summary>
/// <exception cref="DatabaseUnavailableException">Any method: Postgres is away.</exception>
internal sealed class ProductStore(NpgsqlDataSource source, DatabaseGuard guard, IProductSource marketplace, MarketplaceName name, TimeProvider time)
{
    // In the order in which a product is read.
    private const string Columns = "id, version, fetched_at, persisted_at, content, expires_at";

    private readonly RetentionPolicy _retention = marketplace.Retention;

    /// <summary>Waits for the schema, which a service that has just started may not have yet.</summary>
    /// <param name="limit">How long.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async ValueTask WaitForSchemaAsync(TimeSpan limit, CancellationToken cancellationToken)
    {
        if (guard.Ready.IsCompleted)
        {
            return;
        }

        try
        {
            await guard.Ready.WaitAsync(limit, time, cancellationToken);
        }
        catch (TimeoutException exception)
        {
            throw new DatabaseUnavailableException(exception);
        }
    }

    /// <summary>Reads what is stored of the ids, in one statement.</summary>
    public Task<List<StoredProduct>> GetAsync(IReadOnlyCollection<string> ids, CancellationToken cancellationToken) =>
        guard.RunAsync(token => FindAsync([.. ids], token), cancellationToken);

    /// <summary>
    /// Stores a product and, when it changed (<see cref="ProductChange"/>), the event that says so, in one statement. A product read from
    /// the marketplace earlier than the stored one changes nothing.
    /// </summary>
    /// <returns>The product as it is stored now.</returns>
    /// <exception cref="ProductSourceException">The product is too large (<see cref="ProductSize"/>).</exception>
    public Task<StoredProduct> SaveAsync(Product product, CancellationToken cancellationToken)
    {
        product = ProductSize.CutDescription(product);
        var content = StoredProduct.WriteContent(product);
        ProductSize.Check(content);
        var fetchedAt = product.FetchedAt.UtcDateTime;
        var expiresAt = _retention.ExpiryOf(product.FetchedAt);
        var persistedAt = time.GetUtcNow().UtcDateTime;
        var traceParent = Activity.Current?.Id;
        return guard.RunAsync(
            async token =>
            {
                // Content that another writer has stored since then counts as changed where it differs.
                var same = (await FindAsync([product.Id], token)) is [var old] && ProductChange.IsNone(old, product) ? old.Content! : content;

                // The row's lock orders the writers of one product, so its events get their sequence in the order of its versions.
                var saved = await QueryAsync(
                    $"""
                    WITH saved AS (
                        INSERT INTO products AS old (id, version, fetched_at, persisted_at, content, expires_at)
                        VALUES ($1, 1, $2, $3, $4, $6)
                        ON CONFLICT (id) DO UPDATE SET
                            version = old.version + (old.content IS NULL OR old.content NOT IN ($4, $8))::int,
                            persisted_at = CASE WHEN old.content IS NULL OR old.content NOT IN ($4, $8) THEN EXCLUDED.persisted_at ELSE old.persisted_at END,
                            fetched_at = EXCLUDED.fetched_at,
                            content = EXCLUDED.content,
                            expires_at = EXCLUDED.expires_at,
                            removed = false
                        WHERE old.fetched_at < EXCLUDED.fetched_at
                        RETURNING {Columns}
                    ), event AS (
                        INSERT INTO outbox (product_id, version, fetched_at, persisted_at, content, trace_parent)
                        SELECT id, version, fetched_at, persisted_at, $7, $5
                        FROM saved WHERE persisted_at = $3
                    ), summary AS (
                        DELETE FROM summaries WHERE id = $1
                    )
                    SELECT {Columns} FROM saved
                    """,
                    [
                        new NpgsqlParameter<string> { TypedValue = product.Id },
                        new NpgsqlParameter<DateTime> { TypedValue = fetchedAt },
                        new NpgsqlParameter<DateTime> { TypedValue = persistedAt },
                        new NpgsqlParameter<byte[]> { TypedValue = content },
                        new NpgsqlParameter<string?> { TypedValue = traceParent },
                        new NpgsqlParameter<DateTime?> { TypedValue = expiresAt?.UtcDateTime },
                        new NpgsqlParameter<byte[]> { TypedValue = StoredProduct.WriteExpiringContent(content, expiresAt) },
                        new NpgsqlParameter<byte[]> { TypedValue = same },
                    ],
                    token);

                // When a newer one is stored already, that is the answer.
                return saved is [var current] ? current : (await FindAsync([product.Id], token)).Single();
            },
            cancellationToken);
    }

    /// <summary>
    /// Marks a stored product as gone from the marketplace, unless it was read there later, and stores the event that says so, in one statement;
    /// one that was never stored leaves no trace.
    /// </summary>
    /// <returns>What is stored now, without content unless it was read later than <paramref name="askedAt"/>; <c>null</c> for one that was never stored.</returns>
    public Task<StoredProduct?> MarkGoneAsync(string id, DateTimeOffset askedAt, CancellationToken cancellationToken)
    {
        var removedAt = time.GetUtcNow().UtcDateTime;
        var traceParent = Activity.Current?.Id;
        return guard.RunAsync(
            async token =>
            {
                if (await FindAsync([id], token) is not [var old])
                {
                    return null;
                }

                var removed = await QueryAsync(
                    $"""
                    WITH gone AS (
                        UPDATE products SET
                            version = version + (NOT removed OR content IS NOT NULL)::int,
                            persisted_at = CASE WHEN NOT removed OR content IS NOT NULL THEN $3 ELSE persisted_at END,
                            fetched_at = $2,
                            content = NULL,
                            expires_at = NULL,
                            removed = true
                        WHERE id = $1 AND fetched_at < $2
                        RETURNING {Columns}
                    ), event AS (
                        INSERT INTO outbox (product_id, version, fetched_at, persisted_at, content, removed, trace_parent)
                        SELECT id, version, fetched_at, persisted_at, $4, true, $5
                        FROM gone WHERE persisted_at = $3
                    )
                    SELECT {Columns} FROM gone
                    """,
                    [
                        new NpgsqlParameter<string> { TypedValue = id },
                        new NpgsqlParameter<DateTime> { TypedValue = askedAt.UtcDateTime },
                        new NpgsqlParameter<DateTime> { TypedValue = removedAt },
                        new NpgsqlParameter<byte[]> { TypedValue = StoredProduct.WriteRemoval(name.Value, old) },
                        new NpgsqlParameter<string?> { TypedValue = traceParent },
                    ],
                    token);
                return removed is [var gone] ? gone : (await FindAsync([id], token)).SingleOrDefault();
            },
            cancellationToken);
    }

    /// <summary>
    /// Stores the summaries that a search found, apart from products: they have fewer fields, so they neither replace a product nor count
    /// as a version of it, and cause no event. Products that are stored whole are left out.
    /// </summary>
    public Task SaveSummariesAsync(IReadOnlyCollection<Product> products, CancellationToken cancellationToken)
    {
        var newest = products.DistinctBy(product => product.Id).OrderBy(product => product.Id, StringComparer.Ordinal).ToList(); // in one order, so that writers cannot block each other
        var ids = newest.ConvertAll(product => product.Id);
        var fetchedAt = newest.ConvertAll(product => product.FetchedAt.UtcDateTime);
        var expiresAt = newest.ConvertAll(product => _retention.ExpiryOf(product.FetchedAt)?.UtcDateTime);
        var contents = newest.ConvertAll(product => JsonSerializer.SerializeToUtf8Bytes(product, ContractsJson.Default.Product));
        return guard.RunAsync(
            async token =>
            {
                await using var command = Command(
                    """
                    INSERT INTO summaries AS old (id, fetched_at, content, expires_at)
                    SELECT * FROM unnest($1, $2, $3, $4) AS found (id, fetched_at, content, expires_at)
                    WHERE NOT EXISTS (SELECT FROM products WHERE products.id = found.id AND products.content IS NOT NULL)
                    ON CONFLICT (id) DO UPDATE SET fetched_at = EXCLUDED.fetched_at, content = EXCLUDED.content, expires_at = EXCLUDED.expires_at
                    WHERE old.fetched_at < EXCLUDED.fetched_at
                    """,
                    [
                        new NpgsqlParameter<List<string>> { TypedValue = ids },
                        new NpgsqlParameter<List<DateTime>> { TypedValue = fetchedAt },
                        new NpgsqlParameter<List<byte[]>> { TypedValue = contents },
                        new NpgsqlParameter<List<DateTime?>> { TypedValue = expiresAt },
                    ]);
                return await command.ExecuteNonQueryAsync(token);
            },
            cancellationToken);
    }

    /// <summary>The JSON of a product's summary; <c>null</c> when no search found it, or too long ago to be shown.</summary>
    public Task<byte[]?> GetSummaryAsync(string id, CancellationToken cancellationToken) =>
        guard.RunAsync(
            async token =>
            {
                await using var command = Command(
                    "SELECT content FROM summaries WHERE id = $1 AND (expires_at IS NULL OR expires_at > $2)",
                    [new NpgsqlParameter<string> { TypedValue = id }, new NpgsqlParameter<DateTime> { TypedValue = time.GetUtcNow().UtcDateTime }]);
                return (byte[]?)await command.ExecuteScalarAsync(token);
            },
            cancellationToken);

    /// <summary>Asks whether Postgres answers.</summary>
    public Task CheckAsync(CancellationToken cancellationToken) =>
        guard.RunAsync(
            async token =>
            {
                await using var command = source.CreateCommand("SELECT 1");
                return await command.ExecuteScalarAsync(token);
            },
            cancellationToken);

    private Task<List<StoredProduct>> FindAsync(string[] ids, CancellationToken cancellationToken) =>
        QueryAsync($"SELECT {Columns} FROM products WHERE id = ANY ($1)", [new NpgsqlParameter<string[]> { TypedValue = ids }], cancellationToken);

    private async Task<List<StoredProduct>> QueryAsync(string sql, NpgsqlParameter[] parameters, CancellationToken cancellationToken)
    {
        await using var command = Command(sql, parameters);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var products = new List<StoredProduct>();
        while (await reader.ReadAsync(cancellationToken))
        {
            products.Add(new(
                reader.GetString(0),
                reader.GetInt64(1),
                reader.GetDateTime(2),
                reader.GetDateTime(3),
                reader.IsDBNull(4) ? null : reader.GetFieldValue<byte[]>(4),
                reader.IsDBNull(5) ? null : reader.GetDateTime(5)));
        }

        return products;
    }

    private NpgsqlCommand Command(string sql, NpgsqlParameter[] parameters)
    {
        var command = source.CreateCommand(sql);
        command.Parameters.AddRange(parameters);
        return command;
    }
}
