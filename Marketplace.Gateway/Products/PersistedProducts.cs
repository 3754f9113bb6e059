using System.Collections.Frozen;
using System.Text;
using Marketplace.Gateway.Subscriptions;
using Marketplace.Messaging;
using Marketplace.Messaging.Contracts;
using Microsoft.Extensions.Options;

namespace Marketplace.Gateway.Products;

/// <summary>Hears of every product that is stored, in every instance of the gateway.</summary>
internal sealed class PersistedProducts(ProductMemory memory, ProductCache cache, ProductFeeds feeds, IOptions<GatewayOptions> options) : IMessageHandler
{
    private readonly FrozenDictionary<string, string> _marketplaces =
        options.Value.Marketplaces.ToFrozenDictionary(Topics.ProductPersisted, marketplace => marketplace);

    public async Task HandleAsync(IReadOnlyList<ConsumedMessage> messages, CancellationToken cancellationToken)
    {
        foreach (var message in messages)
        {
            if (!ProductJson.TryParse(message.Body, out var product))
            {
                throw new PoisonMessageException("invalid-product", "The body is no product.");
            }

            var (marketplace, id) = (_marketplaces[message.Topic], Encoding.UTF8.GetString(message.Key.Span));

            // First: who reads anew once memory has the news must not find the old version there.
            await cache.DropOlderAsync(CachedProduct.Key(marketplace, id), product.Version);
            memory.Renew(marketplace, id, product);
            feeds.Publish(marketplace, id, product);
            message.Complete();
        }
    }
}
