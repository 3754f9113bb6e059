using System.Text.Json;
using Marketplace.Contracts;
using Marketplace.Messaging;
using Marketplace.Products.Budget;
using Marketplace.Products.Http;
using Marketplace.Products.Outbox;
using Marketplace.Products.Reading;
using Marketplace.Products.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Marketplace.Products.Operations;

/// <summary>The state of cache, database, outbox and budget, for operators. All of it only reads, and never asks the marketplace.</summary>
internal static class OperationEndpoints
{
    public static void MapOperations(this WebApplication app)
    {
        if (app.MapManagement("/management") is not { } management)
        {
            return;
        }

        management.WithTags("Management");
        management.MapGet("/products/{id}", FindAsync).WithName("FindKeptProduct").WithSummary("Shows what Redis and Postgres hold of a product");
        management.MapGet("/outbox", ReadOutboxAsync).WithName("GetOutbox").WithSummary("Counts the events that wait to be sent, and those that were set aside");
        management.MapGet("/budget", async (CallBudget budget) => TypedResults.Json(await budget.ReadAsync(), OperationsJson.Default.BudgetStatus)).WithName("GetBudget").WithSummary("Counts the calls of the marketplace's day");
    }

    private static async Task<Results<JsonHttpResult<KeptProduct>, ProblemHttpResult>> FindAsync(
        string id, IProductSource source, ServiceProductCache cache, ProductStore store, Freshness freshness, TimeProvider time, CancellationToken cancellationToken)
    {
        if (!ProductId.IsValid(id))
        {
            return Problems.Invalid($"id must be {ProductId.Rule}.");
        }

        id = source.CanonicalId(id);
        return TypedResults.Json(new KeptProduct(id, await FindInCacheAsync(id, cache, time), await FindInDatabaseAsync(id, store, freshness, time, cancellationToken)), OperationsJson.Default.KeptProduct);
    }

    private static async Task<CacheEntry> FindInCacheAsync(string id, ServiceProductCache cache, TimeProvider time)
    {
        if (await cache.FindAsync(id) is not { } found)
        {
            return new CacheEntry("redis does not answer");
        }

        if (found.Entry is not { } entry)
        {
            return new CacheEntry("not kept");
        }

        var now = time.GetUtcNow();
        var freshUntil = DateTimeOffset.FromUnixTimeMilliseconds(entry.FreshUntil);
        return entry.IsAbsent
            ? new CacheEntry("known to be absent", freshUntil, now + found.TimeLeft)
            : new CacheEntry(freshUntil > now ? "fresh" : "stale", freshUntil, now + found.TimeLeft, JsonElement.Parse(entry.Product.Span));
    }

    private static async Task<DatabaseRecord> FindInDatabaseAsync(string id, ProductStore store, Freshness freshness, TimeProvider time, CancellationToken cancellationToken)
    {
        try
        {
            if (await store.GetAsync([id], cancellationToken) is not [var found])
            {
                return new DatabaseRecord("not kept");
            }

            var freshUntil = freshness.FreshUntil(id, found.FetchedAt, found.EndsAt);
            return new DatabaseRecord(found.Content is null ? "gone from the marketplace" : freshUntil > time.GetUtcNow() ? "fresh" : "stale", found.Version, found.FetchedAt, found.PersistedAt, freshUntil);
        }
        catch (DatabaseUnavailableException)
        {
            return new DatabaseRecord("postgres does not answer");
        }
    }

    private static async Task<Results<JsonHttpResult<OutboxStatus>, ProblemHttpResult>> ReadOutboxAsync(OutboxBacklog backlog, DatabaseGuard guard, TimeProvider time, CancellationToken cancellationToken)
    {
        try
        {
            var (unsent, oldest, refused, products) = await guard.RunAsync(backlog.ReadAsync, cancellationToken);
            var status = new OutboxStatus(unsent, oldest, oldest is null ? null : Math.Max(0, (time.GetUtcNow().UtcDateTime - oldest.Value).TotalSeconds), refused, products);
            return TypedResults.Json(status, OperationsJson.Default.OutboxStatus);
        }
        catch (DatabaseUnavailableException)
        {
            return TypedResults.Problem("Postgres does not answer.", statusCode: StatusCodes.Status503ServiceUnavailable);
        }
    }
}
