using System.Buffers;
using Marketplace.Gateway.Products;

namespace Marketplace.Gateway.Subscriptions;

/// <summary>A subscription that was accepted: its products, and the way from a product to the answer its selection asks for.</summary>
/// <param name="feed">The products.</param>
/// <param name="write">Executes the selection for a product and writes the answer.</param>
internal sealed class Subscription(ProductFeed feed, Func<ProductJson, IBufferWriter<byte>, CancellationToken, ValueTask> write) : IDisposable
{
    /// <inheritdoc cref="ProductFeed.ReadAllAsync"/>
    public IAsyncEnumerable<ProductJson> ReadAllAsync(CancellationToken cancellationToken) => feed.ReadAllAsync(cancellationToken);

    /// <summary>Executes the selection for a product and writes the answer.</summary>
    public ValueTask WriteAsync(ProductJson product, IBufferWriter<byte> output, CancellationToken cancellationToken) => write(product, output, cancellationToken);

    public void Dispose() => feed.Dispose();
}
