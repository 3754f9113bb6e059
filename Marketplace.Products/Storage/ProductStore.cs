using System.Diagnostics;
using System.Text.Json;
using Marketplace.Contracts;
using Npgsql;

namespace Marketplace.Products.Storage;

/// <summary>Products in Postgres.</summary>
/// <exception cref="DatabaseUnavailableException">Any method: Postgres is away.</exception>
internal sealed class ProductStore
{
    // In the order in which a product is read.
    private const string Columns = "id, version, fetched_at, persisted_at, content, expires_at";

    private readonly NpgsqlDataSource _source;
    private readonly DatabaseGuard _guard;
    private readonly MarketplaceName _name;
    private readonly TimeProvider _time;
    private readonly RetentionPolicy _retention;
    private readonly GroupCommit _saves;

    public ProductStore(NpgsqlDataSource source, DatabaseGuard guard, IProductSource marketplace, MarketplaceName name, TimeProvider time)
    {
        (_source, _guard, _name, _time, _retention) = (source, guard, name, time, marketplace.Retention);
        _saves = new GroupCommit(SaveAsync);
    }

    /// <summary>Waits for the schema, which a service that has just started may not have yet.</summary>
    /// <param name="limit">How long.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async ValueTask WaitForSchemaAsync(TimeSpan limit, CancellationToken cancellationToken)
    {
        if (_guard.Ready.IsCompleted)
        {
            return;
        }

        try
        {
            await _guard.Ready.WaitAsync(limit, _time, cancellationToken);
        }
        catch (TimeoutException exception)
        {
            throw new DatabaseUnavailableException(exception);
        }
    }

    /// <summary>Reads what is stored of the ids, in one statement.</summary>
    public Task<List<StoredProduct>> GetAsync(IReadOnlyCollection<string> ids, CancellationToken cancellationToken) =>
        _guard.RunAsync(token => FindAsync([.. ids], token), cancellationToken);

    /// <summary>
    /// Stores a product and, when it changed (<see cref="ProductChange"/>), the event that says so, in one statement with others that are stored
    /// at the same time. A product read from the marketplace earlier than the stored one changes nothing.
    /// </summary>
    /// <returns>The product as it is stored now.</returns>
    /// <exception cref="ProductSourceException">The product is too large (<see cref="ProductSize"/>).</exception>
    public Task<StoredProduct> SaveAsync(Product product)
    {
        product = ProductSize.CutDescription(product);
        var content = StoredProduct.WriteContent(product);
        ProductSize.Check(content);
        return _saves.SaveAsync(new ProductSave(product, content));
    }

    private async Task SaveAsync(IReadOnlyList<ProductSave> saves)
    {
        var persistedAt = _time.GetUtcNow().UtcDateTime;
        var stored = await _guard.RunAsync(token => SaveAsync(saves, persistedAt, token), CancellationToken.None);
        foreach (var save in saves)
        {
            save.Complete(stored[save.Product.Id]);
        }
    }

    private async Task<Dictionary<string, StoredProduct>> SaveAsync(IReadOnlyList<ProductSave> saves, DateTime persistedAt, CancellationToken cancellationToken)
    {
        var columns = new SaveColumns(saves, (await FindAsync([.. saves.Select(save => save.Product.Id)], cancellationToken)).ToDictionary(old => old.Id), _retention);

        // A row's lock orders the writers of one product, so its events get their sequence in the order of its versions; the order of the rows
        // keeps two writers of several from waiting for each other. Content that another writer has stored since it was compared counts as
        // changed where it differs.
        var stored = (await QueryAsync(
            """
            WITH read AS (
                SELECT * FROM unnest($1, $2, $3, $4, $5, $6, $7) AS read (id, fetched_at, content, expires_at, event, same, trace_parent)
            ), saved AS (
                INSERT INTO products AS old (id, version, fetched_at, persisted_at, content, expires_at)
                SELECT id, 1, fetched_at, $8, content, expires_at FROM read ORDER BY id
                ON CONFLICT (id) DO UPDATE SET
                    version = old.version + (old.content IS NULL OR old.content NOT IN (EXCLUDED.content, (SELECT COALESCE(same, content) FROM read WHERE read.id = old.id)))::int,
                    persisted_at = CASE WHEN old.content IS NULL OR old.content NOT IN (EXCLUDED.content, (SELECT COALESCE(same, content) FROM read WHERE read.id = old.id)) THEN EXCLUDED.persisted_at ELSE old.persisted_at END,
                    fetched_at = EXCLUDED.fetched_at,
                    content = EXCLUDED.content,
                    expires_at = EXCLUDED.expires_at,
                    removed = false
                WHERE old.fetched_at < EXCLUDED.fetched_at
                RETURNING id, version, fetched_at, persisted_at, expires_at
            ), event AS (
                INSERT INTO outbox (product_id, version, fetched_at, persisted_at, content, trace_parent)
                SELECT id, version, saved.fetched_at, persisted_at, COALESCE(event, content), trace_parent
                FROM saved JOIN read USING (id) WHERE persisted_at = $8
            ), summary AS (
                DELETE FROM summaries WHERE id = ANY ($1)
            )
            SELECT id, version, fetched_at, persisted_at, NULL::bytea, expires_at FROM saved
            """,
            columns.Parameters(persistedAt),
            cancellationToken)).ToDictionary(saved => saved.Id, saved => new StoredProduct(saved.Id, saved.Version, saved.FetchedAt, saved.PersistedAt, columns.ContentOf(saved.Id), saved.ExpiresAt));

        // When a newer one is stored already, that is the answer.
        string[] newer = [.. saves.Select(save => save.Product.Id).Where(id => !stored.ContainsKey(id))];
        foreach (var product in newer.Length == 0 ? [] : await FindAsync(newer, cancellationToken))
        {
            stored.Add(product.Id, product);
        }

        return stored;
    }

    /// <summary>
    /// Marks a stored product as gone from the marketplace, unless it was read there later, and stores the event that says so, in one statement;
    /// one that was never stored leaves no trace.
    /// </summary>
    /// <returns>What is stored now, without content unless it was read later than <paramref name="askedAt"/>; <c>null</c> for one that was never stored.</returns>
    public Task<StoredProduct?> MarkGoneAsync(string id, DateTimeOffset askedAt, CancellationToken cancellationToken)
    {
        var removedAt = _time.GetUtcNow().UtcDateTime;
        var traceParent = Activity.Current?.Id;
        return _guard.RunAsync(
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
                        new NpgsqlParameter<byte[]> { TypedValue = StoredProduct.WriteRemoval(_name.Value, old) },
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
        return _guard.RunAsync(
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
        _guard.RunAsync(
            async token =>
            {
                await using var command = Command(
                    "SELECT content FROM summaries WHERE id = $1 AND (expires_at IS NULL OR expires_at > $2)",
                    [new NpgsqlParameter<string> { TypedValue = id }, new NpgsqlParameter<DateTime> { TypedValue = _time.GetUtcNow().UtcDateTime }]);
                return (byte[]?)await command.ExecuteScalarAsync(token);
            },
            cancellationToken);

    /// <summary>Asks whether Postgres answers.</summary>
    public Task CheckAsync(CancellationToken cancellationToken) =>
        _guard.RunAsync(
            async token =>
            {
                await using var command = _source.CreateCommand("SELECT 1");
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
        var command = _source.CreateCommand(sql);
        command.Parameters.AddRange(parameters);
        return command;
    }
}
