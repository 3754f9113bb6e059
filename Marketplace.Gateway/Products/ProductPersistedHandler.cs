using System.Collections.Frozen;
using System.Text;
using Marketplace.Contracts;
using Marketplace.Gateway.Subscriptions;
using Marketplace.Messaging;
using Microsoft.Extensions.Options;

namespace Marketplace.Gateway.Products;

/// <summary>Handles the events of stored products and of those that are gone, in every instance of the gateway.</summary>
internal sealed class ProductPersistedHandler(LocalProductCache local, SharedProductCache shared, ProductSubscribers subscribers, IOptions<GatewayOptions> options) : IMessageHandler
{
    private readonly FrozenDictionary<string, string> _marketplaces =
        options.Value.Marketplaces.ToFrozenDictionary(Topics.ProductPersisted, marketplace => marketplace);

    public async Task HandleAsync(IReadOnlyList<ConsumedMessage> messages, CancellationToken cancellationToken)
    {
        foreach (var message in messages)
        {
            if (!ProductJson.TryParse(message.Body, out var product))
            {
                throw new PoisonMessageException("invalid-product", "The body is not a valid product.");
            }

            var key = new ProductKey(_marketplaces[message.Topic], Encoding.UTF8.GetString(message.Key.Span));

            var isRemoval = message.Type == MessageTypes.ProductRemoved;
            await UpdateAsync(key, product, isRemoval);
            subscribers.Publish(key, product);
            foreach (var id in product.Ids.Where(id => id != key.Id && ProductId.IsValid(id)))
            {
                var (alias, renamed) = (key with { Id = id }, product.WithId(id));
                await UpdateAsync(alias, renamed, isRemoval);
                subscribers.PublishAlias(alias, renamed);
            }

            message.Complete();
        }
    }

    private async ValueTask UpdateAsync(ProductKey key, ProductJson product, bool isRemoval)
    {
        // Before the local cache is updated, so that a read after that cannot find the old version in the shared one.
        await shared.RemoveOlderAsync(CachedProduct.Key(key.Marketplace, key.Id), product.Version, keepsAbsence: isRemoval);
        if (isRemoval)
        {
            local.Remove(key, product.Version);
        }
        else
        {
            local.Update(key, product);
        }
    }
}
