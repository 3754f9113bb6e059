using System.Diagnostics.CodeAnalysis;
using Marketplace.Contracts;
using Marketplace.Messaging;
using Marketplace.Products.Budget;
using Marketplace.Products.Commands;
using Marketplace.Products.Http;
using Marketplace.Products.Operations;
using Marketplace.Products.Outbox;
using Marketplace.Products.Reading;
using Marketplace.Products.Redis;
using Marketplace.Products.Rpc;
using Marketplace.Products.Search;
using Marketplace.Products.Storage;
using Marketplace.Products.Telemetry;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;

namespace Marketplace.Products;

/// <summary>Makes a process the service of one marketplace.</summary>
public static class ProductServiceExtensions
{
    /// <summary>
    /// Adds the product pipeline: commands from Kafka and requests over HTTP are answered from Redis, Postgres or the marketplace;
    /// what was read is stored and published as an event. Needs the connection strings <c>redis</c>, <c>marketplace</c> and <c>kafka</c>;
    /// the process starts and runs without any of the three.
    /// </summary>
    /// <typeparam name="TSource">The marketplace's API; registered as a singleton unless it is already.</typeparam>
    /// <param name="builder">The process.</param>
    /// <param name="marketplace">Names its topics, its keys in Redis and its schema in Postgres: 1–30 characters of a–z and 0–9, the first a letter.</param>
    /// <exception cref="ArgumentException">The name has another form.</exception>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException"><see cref="ProductOptions.DatabasePassword"/> is not set, and the database's connection string is not the role's own.</exception>
    public static IHostApplicationBuilder AddProductService<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] TSource>(this IHostApplicationBuilder builder, string marketplace)
        where TSource : class, IProductSource
    {
        var name = new MarketplaceName(marketplace);
        var services = builder.Services;
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(name);
        ProductOptions.Add(services);
        services.TryAddSingleton<IProductSource, TSource>();
        services.AddSingleton<ProductMetrics>();
        services.AddSingleton<Freshness>();
        services.AddSingleton<CallPace>();
        services.AddSingleton<SourceFaults>();
        services.AddSingleton<SourceReader>();
        services.AddSingleton<StoragePause>();
        services.AddSingleton<ProductFetcher>();
        services.AddSingleton<ServiceProductReader>();
        services.AddSingleton<SearchPageReader>();
        services.AddSingleton<ProductSearch>();
        services.AddSingleton<CallBudget>();
        services.AddTransient(provider => new CallBudgetHandler(provider.GetRequiredService<CallBudget>(), provider.GetRequiredService<CallPace>()));
        services.AddProductsHttp();
        services.AddProductsRpc();
        builder.AddRedisCache("redis", options => options.AsyncTimeout = 500);
        services.AddSingleton<RedisGuard>();
        services.AddSingleton<LeasedCache>();
        services.AddSingleton<ServiceProductCache>();
        builder.AddStorage(name);

        // Hosted services stop in reverse: first the consumer finishes its commands, then the relay sends what they stored.
        services.AddSingleton<OutboxSignal>();
        services.AddSingleton<OutboxBacklog>();
        services.AddHostedService<OutboxRelay>();
        builder.AddMessaging()
            .AddTopic(Topics.ProductPersisted(marketplace))
            .AddReplyTopic(Topics.Replies)
            .AddConsumer<GetProductHandler>(Topics.GetProduct(marketplace), group: marketplace);
        return builder;
    }

    /// <summary>
    /// Maps <c>GET /products/{id}</c>, <c>GET /products?ids=</c>, <c>GET /search</c>, their description <c>/openapi/v1.json</c>,
    /// the same over gRPC (product.proto), and for operators <c>/dead-letters</c>
    /// (<see cref="DeadLetterEndpoints.MapDeadLetters"/>) and <c>/management</c>: what is kept of a product, the outbox, the day's calls.
    /// Errors over HTTP are problem details (RFC 9457).
    /// </summary>
    public static WebApplication MapProductEndpoints(this WebApplication app)
    {
        app.MapProductsHttp();
        app.MapProductsRpc();
        app.MapDeadLetters();
        app.MapOperations();
        return app;
    }

    /// <summary>Runs the service, or the command that <paramref name="args"/> name: <c>migrate</c> (only brings the schema up to date) or <c>dead-letters</c>.</summary>
    /// <returns>The exit code: 0 when all went well.</returns>
    public static async Task<int> RunProductServiceAsync(this WebApplication app, string[] args)
    {
        if (args is not ["migrate"])
        {
            return await app.RunWithCommandsAsync(args);
        }

        await using (app)
        {
            return await app.Services.GetRequiredService<DatabaseMigrator>().TryMigrateAsync(takesOver: true, CancellationToken.None) ? 0 : 1;
        }
    }
}
