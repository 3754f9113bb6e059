using System.Diagnostics;

namespace Marketplace.Products.Storage;

/// <summary>
/// Stores products together: what comes while others are being stored goes into the next transaction with what came meanwhile. A product that
/// comes alone is stored at once.
/// </summary>
/// <param name="save">Stores different products in one transaction and completes each.</param>
internal sealed class GroupCommit(Func<IReadOnlyList<ProductSave>, Task> save)
{
    private const int MaxProducts = 100;
    private const int MaxBytes = 1024 * 1024;

    /// <summary>How many transactions are under way at most: while the server works on one, the next is made.</summary>
    private const int MaxWriters = 2;

    private static readonly ActivitySource Spans = new("Marketplace.Products");

    private readonly Lock _lock = new();
    private readonly LinkedList<ProductSave> _waiting = new();
    private readonly HashSet<string> _underway = new(StringComparer.Ordinal);
    private int _writers;

    /// <summary>Stores a product.</summary>
    /// <exception cref="DatabaseUnavailableException">Postgres is away.</exception>
    public Task<StoredProduct> SaveAsync(ProductSave product)
    {
        lock (_lock)
        {
            _waiting.AddLast(product);
            if (_writers < MaxWriters)
            {
                _writers++;
                _ = WriteAsync();
            }
        }

        return product.Task;
    }

    private async Task WriteAsync()
    {
        await Task.Yield();
        while (Take() is { Count: > 0 } products)
        {
            await SaveAsync(products);
            lock (_lock)
            {
                products.ForEach(product => _underway.Remove(product.Product.Id));
            }
        }
    }

    // One product's writers keep their order: the next waits until the one before is stored.
    private List<ProductSave> Take()
    {
        var taken = new List<ProductSave>();
        lock (_lock)
        {
            var bytes = 0;
            for (var node = _waiting.First; node is not null && taken.Count < MaxProducts && bytes < MaxBytes;)
            {
                var (product, next) = (node.Value, node.Next);
                if (_underway.Add(product.Product.Id))
                {
                    taken.Add(product);
                    bytes += product.Content.Length;
                    _waiting.Remove(node);
                }

                node = next;
            }

            _writers -= taken.Count == 0 ? 1 : 0;
        }

        return taken;
    }

    private async Task SaveAsync(List<ProductSave> products)
    {
        Activity.Current = products[0].Activity;
        using var span = products.Count == 1 ? null : Spans.StartActivity(
            "store products", ActivityKind.Internal, products[0].Activity?.Context ?? default, [new("marketplace.products", products.Count)],
            products.Skip(1).Select(product => product.Activity).OfType<Activity>().Select(activity => new ActivityLink(activity.Context)));
        try
        {
            await save(products);
        }
        catch (Exception exception) when (products.Count == 1 || exception is DatabaseUnavailableException)
        {
            foreach (var product in products)
            {
                product.Fail(exception);
            }
        }
        catch (Exception)
        {
            // One product may be the cause: the others are stored without it.
            foreach (var product in products)
            {
                await SaveAsync([product]);
            }
        }
    }
}
