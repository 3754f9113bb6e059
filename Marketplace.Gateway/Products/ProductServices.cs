using Marketplace.Contracts;
using Marketplace.Gateway.Products.Transports;
using Marketplace.Gateway.Subscriptions;
using Marketplace.Messaging;
using ProductsClient = Marketplace.Products.V1.Products.ProductsClient;

namespace Marketplace.Gateway.Products;

internal static class ProductServices
{
    /// <summary>In bytes: each product goes through Kafka too, which takes no larger message (message.max.bytes).</summary>
    private const int LargestProduct = 1_000_000;

    /// <summary>Registers the caches and the clients of the marketplaces' services.</summary>
    public static void AddProducts(this WebApplicationBuilder builder)
    {
        builder.AddRedisCache("redis", options =>
        {
            options.AsyncTimeout = (int)SharedProductCache.Timeout.TotalMilliseconds;
            options.HeartbeatInterval = SharedProductCache.Timeout;
        });

        var services = builder.Services;
        var messaging = builder.AddMessaging().AddRequestClient(Topics.Replies);
        var marketplaces = builder.Configuration.GetSection($"{GatewayOptions.Section}:{nameof(GatewayOptions.Marketplaces)}").Get<string[]>() ?? [];
        foreach (var marketplace in marketplaces)
        {
            messaging.AddTopic(Topics.GetProduct(marketplace));
            services.AddGrpcClient<ProductsClient>(marketplace, options => options.Address = new Uri($"http://_grpc.{marketplace}"))
                .ConfigureGrpcClientCreator(invoker => new ProductsClient(invoker)) // the default compiles an expression at start
                .ConfigureChannel(channel => channel.MaxReceiveMessageSize = GrpcReadBatcher.MaxIds * LargestProduct);
        }

        if (marketplaces.Length > 0)
        {
            messaging.AddBroadcastConsumer<ProductPersistedHandler>([.. marketplaces.Select(Topics.ProductPersisted)], consumer => consumer.InOrder = true);
        }

        services.AddSingleton<LocalProductCache>();
        services.AddSingleton<SharedProductCache>();
        services.AddSingleton<ProductSubscribers>();
        services.AddSingleton<KafkaProductClient>();
        services.AddSingleton<GrpcProductClient>();
        services.AddSingleton(provider => ActivatorUtilities.CreateInstance<HedgedProductClient>(
            provider, provider.GetRequiredService<KafkaProductClient>(), provider.GetRequiredService<GrpcProductClient>()));
        services.AddSingleton<IProductReader, GatewayProductReader>();
    }
}
