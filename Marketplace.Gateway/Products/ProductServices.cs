using Marketplace.Messaging;
using Marketplace.Messaging.Contracts;
using StackExchange.Redis;

namespace Marketplace.Gateway.Products;

internal static class ProductServices
{
    public static void AddProducts(this WebApplicationBuilder builder)
    {
        builder.AddRedisClient("redis", configureOptions: options =>
        {
            // Each read has another way to its product, so none waits in line for a connection.
            options.BacklogPolicy = BacklogPolicy.FailFast;
            options.AsyncTimeout = (int)ProductCache.Patience.TotalMilliseconds;
            options.HeartbeatInterval = ProductCache.Patience;
        });

        var messaging = builder.AddMessaging().AddRequestClient();
        var marketplaces = builder.Configuration.GetSection($"{GatewayOptions.Section}:{nameof(GatewayOptions.Marketplaces)}").Get<string[]>() ?? [];
        foreach (var marketplace in marketplaces)
        {
            messaging.AddTopic(Topics.GetProduct(marketplace));
        }

        if (marketplaces.Length > 0)
        {
            messaging.AddBroadcastConsumer<PersistedProducts>([.. marketplaces.Select(Topics.ProductPersisted)], consumer => consumer.InOrder = true);
        }

        builder.Services.AddSingleton<ProductMemory>();
        builder.Services.AddSingleton<ProductCache>();
        builder.Services.AddSingleton<ProductCommands>();
        builder.Services.AddSingleton<IProductReader, ProductReader>();
    }
}
