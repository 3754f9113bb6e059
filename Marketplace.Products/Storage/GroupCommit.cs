using System.Diagnostics;

namespace Marketplace.Products.Storage;

/// <summary>Stores products together in transactions. One product's writers keep their order.</summary>
internal sealed class GroupCommit
{
    private static readonly ActivitySource Spans = new("Marketplace.Products");

    private readonly Func<IReadOnlyList<ProductSave>, Task> _save;
    private readonly BatchQueue<ProductSave> _queue;

    /// <param name="save">Stores different products in one transaction and completes each.</param>
    public GroupCommit(Func<IReadOnlyList<ProductSave>, Task> save)
    {
        _save = save;
        _queue = new(SaveAsync, bytesOf: static product => product.Content.Length, keyOf: static product => product.Product.Id);
    }

    /// <summary>Stores a product.</summary>
    /// <exception cref="DatabaseUnavailableException">Postgres is away.</exception>
    public Task<StoredProduct> SaveAsync(ProductSave product)
    {
        _queue.Add(product);
        return product.Task;
    }

    private async Task SaveAsync(List<ProductSave> products)
    {
        Activity.Current = products[0].Activity;
        using var span = products.Count == 1 ? null : Spans.StartActivity(
            "store products", ActivityKind.Internal, products[0].Activity?.Context ?? default, [new("marketplace.products", products.Count)],
            products.Skip(1).Select(product => product.Activity).OfType<Activity>().Select(activity => new ActivityLink(activity.Context)));
        try
        {
            await _save(products);
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
