using System.Diagnostics;
using Marketplace.Contracts;

namespace Marketplace.Products.Storage;

/// <summary>A product that waits to be stored.</summary>
/// <param name="product">The product.</param>
/// <param name="content">Its content.</param>
internal sealed class ProductSave(Product product, byte[] content)
{
    private readonly TaskCompletionSource<StoredProduct> _stored = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Product Product => product;

    public byte[] Content => content;

    /// <summary>The span of the request that stores it.</summary>
    public Activity? Activity { get; } = Activity.Current;

    public Task<StoredProduct> Task => _stored.Task;

    public void Complete(StoredProduct stored) => _stored.TrySetResult(stored);

    public void Fail(Exception exception) => _stored.TrySetException(exception);
}
