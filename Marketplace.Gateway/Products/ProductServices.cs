using Marketplace.Gateway.Products.Instant;
using Marketplace.Gateway.Subscriptions;
using Marketplace.Messaging;
using Marketplace.Messaging.Contracts;
using ProductsClient = Marketplace.Products.V1.Products.ProductsClient;

namespace Marketplace.Gateway.Products;

internal static class ProductServices
{
    /// <summary>In bytes: each product goes through Kafka too, which takes no larger message (message.max.bytes).</summary>
    private const int LargestProduct = 1_000_000;

    public static void AddProducts(this WebApplicationBuilder builder)
    {
        builder.AddRedisCache("redis", options =>
        {
            options.AsyncTimeout = (int)ProductCache.Patience.TotalMilliseconds;
            options.HeartbeatInterval = ProductCache.Patience;
        });

        var messaging = builder.AddMessaging().AddRequestClient();
        var marketplaces = builder.Configuration.GetSection($"{GatewayOptions.Section}:{nameof(GatewayOptions.Marketplaces)}").Get<string[]>() ?? [];
        foreach (var marketplace in marketplaces)
        {
            messaging.AddTopic(Topics.GetProduct(marketplace));
            builder.Services.AddInstantClient(marketplace);
        }

        if (marketplaces.Length > 0)
        {
            messaging.AddBroadcastConsumer<PersistedProducts>([.. marketplaces.Select(Topics.ProductPersisted)], consumer => consumer.InOrder = true);
        }

        builder.Services.AddSingleton<ProductMemory>();
        builder.Services.AddSingleton<ProductFeeds>();
        builder.Services.AddSingleton<ProductCache>();
        builder.Services.AddSingleton<ProductCommands>();
        builder.Services.AddSingleton<InstantProducts>();
        builder.Services.AddSingleton<IProductRefresher>(services => services.GetRequiredService<InstantProducts>());
        builder.Services.AddSingleton<IProductSearch>(services => services.GetRequiredService<InstantProducts>());
        builder.Services.AddSingleton(services => ActivatorUtilities.CreateInstance<ProductRequests>(
            services,
            (AskForProduct)services.GetRequiredService<ProductCommands>().GetAsync,
            (AskForProduct)services.GetRequiredService<InstantProducts>().GetAsync));
        builder.Services.AddSingleton<IProductReader, ProductReader>();
    }

    private static void AddInstantClient(this IServiceCollection services, string marketplace)
    {
        var client = services.AddGrpcClient<ProductsClient>(marketplace, options => options.Address = new Uri($"http://_grpc.{marketplace}"))
            .ConfigureChannel(channel => channel.MaxReceiveMessageSize = InstantReads.MaxIds * LargestProduct);
#pragma warning disable EXTEXP0001 // No other way takes away the handler that every client has by default.
        client.RemoveAllResilienceHandlers(); // a request that fails here has another way, at once
#pragma warning restore EXTEXP0001
    }
}
