using System.Diagnostics;
using System.Text.Json;
using Marketplace.Messaging.Contracts;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Marketplace.Products.Storage;

/// <summary>Products in Postgres.</summary>
/// <exception cref="DatabaseUnavailableException">Any method: Postgres is away.</exception>
internal sealed class ProductStore(IServiceScopeFactory scopes, DatabaseGuard guard, TimeProvider time)
{
    /// <summary>Reads what is stored of the ids, in one statement.</summary>
    public Task<List<StoredProduct>> GetAsync(IReadOnlyCollection<string> ids, CancellationToken cancellationToken) =>
        guard.RunAsync(
            async token =>
            {
                await using var scope = scopes.CreateAsyncScope();
                var database = scope.ServiceProvider.GetRequiredService<ProductsDbContext>();
                return await database.Products.AsNoTracking()
                    .Where(row => ids.Contains(row.Id))
                    .Select(row => new StoredProduct(row.Id, row.Version, row.FetchedAt, row.PersistedAt, row.Content))
                    .ToListAsync(token);
            },
            cancellationToken);

    /// <summary>
    /// Stores a product and, when it changed, the event that says so, in one statement. A product read from the marketplace
    /// earlier than the stored one changes nothing.
    /// </summary>
    /// <returns>The product as it is stored now.</returns>
    public Task<StoredProduct> SaveAsync(Product product, CancellationToken cancellationToken)
    {
        var content = StoredProduct.WriteContent(product);
        var fetchedAt = product.FetchedAt.UtcDateTime;
        var persistedAt = time.GetUtcNow().UtcDateTime;
        var traceParent = Activity.Current?.Id;
        return guard.RunAsync(
            async token =>
            {
                await using var scope = scopes.CreateAsyncScope();
                var database = scope.ServiceProvider.GetRequiredService<ProductsDbContext>();

                // The row's lock orders the writers of one product, so its events get their sequence in the order of its versions.
                var saved = await database.Database.SqlQuery<StoredProduct>(
                    $"""
                    WITH saved AS (
                        INSERT INTO products AS old (id, version, fetched_at, persisted_at, content)
                        VALUES ({product.Id}, 1, {fetchedAt}, {persistedAt}, {content})
                        ON CONFLICT (id) DO UPDATE SET
                            version = old.version + (old.content IS DISTINCT FROM EXCLUDED.content)::int,
                            persisted_at = CASE WHEN old.content IS DISTINCT FROM EXCLUDED.content THEN EXCLUDED.persisted_at ELSE old.persisted_at END,
                            fetched_at = EXCLUDED.fetched_at,
                            content = EXCLUDED.content
                        WHERE old.fetched_at < EXCLUDED.fetched_at
                        RETURNING id, version, fetched_at, persisted_at, content
                    ), event AS (
                        INSERT INTO outbox (product_id, version, fetched_at, persisted_at, content, trace_parent)
                        SELECT id, version, fetched_at, persisted_at, content, {traceParent}
                        FROM saved WHERE persisted_at = {persistedAt}
                    ), summary AS (
                        DELETE FROM summaries WHERE id = {product.Id}
                    )
                    SELECT id AS "Id", version AS "Version", fetched_at AS "FetchedAt", persisted_at AS "PersistedAt", content AS "Content" FROM saved
                    """).ToListAsync(token);
                if (saved is [var current])
                {
                    return current;
                }

                // A newer one is stored already: that is the answer.
                return await database.Products.AsNoTracking()
                    .Where(row => row.Id == product.Id)
                    .Select(row => new StoredProduct(row.Id, row.Version, row.FetchedAt, row.PersistedAt, row.Content))
                    .SingleAsync(token);
            },
            cancellationToken);
    }

    /// <summary>Notes that the marketplace has a stored product no more; one that was never stored leaves no trace.</summary>
    public Task MarkGoneAsync(string id, DateTimeOffset askedAt, CancellationToken cancellationToken)
    {
        var fetchedAt = askedAt.UtcDateTime;
        return guard.RunAsync(
            async token =>
            {
                await using var scope = scopes.CreateAsyncScope();
                var database = scope.ServiceProvider.GetRequiredService<ProductsDbContext>();
                return await database.Products
                    .Where(row => row.Id == id && row.FetchedAt < fetchedAt)
                    .ExecuteUpdateAsync(
                        row => row.SetProperty(product => product.FetchedAt, fetchedAt).SetProperty(product => product.Content, (byte[]?)null),
                        token);
            },
            cancellationToken);
    }

    /// <summary>
    /// Stores what a search told of products, apart from products: it is less than the marketplace tells of one product, so it neither
    /// takes the place of one nor counts as a version of it, and nobody is told. Products that are stored whole are left out.
    /// </summary>
    public Task SaveSummariesAsync(IReadOnlyCollection<Product> products, CancellationToken cancellationToken)
    {
        var newest = products.DistinctBy(product => product.Id).OrderBy(product => product.Id, StringComparer.Ordinal).ToList(); // in one order, so that writers cannot block each other
        var ids = newest.ConvertAll(product => product.Id);
        var fetchedAt = newest.ConvertAll(product => product.FetchedAt.UtcDateTime);
        var contents = newest.ConvertAll(product => JsonSerializer.SerializeToUtf8Bytes(product, ContractsJson.Default.Product));
        return guard.RunAsync(
            async token =>
            {
                await using var scope = scopes.CreateAsyncScope();
                var database = scope.ServiceProvider.GetRequiredService<ProductsDbContext>();
                return await database.Database.ExecuteSqlAsync(
                    $"""
                    INSERT INTO summaries AS old (id, fetched_at, content)
                    SELECT * FROM unnest({ids}, {fetchedAt}, {contents}) AS found (id, fetched_at, content)
                    WHERE NOT EXISTS (SELECT FROM products WHERE products.id = found.id AND products.content IS NOT NULL)
                    ON CONFLICT (id) DO UPDATE SET fetched_at = EXCLUDED.fetched_at, content = EXCLUDED.content
                    WHERE old.fetched_at < EXCLUDED.fetched_at
                    """,
                    token);
            },
            cancellationToken);
    }

    /// <summary>The JSON of what a search told of a product; <c>null</c> when none did.</summary>
    public Task<byte[]?> GetSummaryAsync(string id, CancellationToken cancellationToken) =>
        guard.RunAsync(
            async token =>
            {
                await using var scope = scopes.CreateAsyncScope();
                var database = scope.ServiceProvider.GetRequiredService<ProductsDbContext>();
                return await database.Summaries.AsNoTracking().Where(row => row.Id == id).Select(row => row.Content).SingleOrDefaultAsync(token);
            },
            cancellationToken);
}
