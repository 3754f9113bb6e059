using System.Collections.Concurrent;
using Marketplace.Contracts;
using Marketplace.Products;

namespace Marketplace.Tests.Products;

/// <summary>A marketplace that a test plays and that answers for ten products in a call.</summary>
public sealed class BatchMarketplace(string name) : IBatchProductSource
{
    public string Name => name;

    /// <summary>The calls so far, each with its ids.</summary>
    public ConcurrentQueue<IReadOnlyList<string>> Calls { get; } = new();

    /// <summary>What it answers; all that was asked for unless a test says otherwise.</summary>
    public Func<IReadOnlyList<string>, Task<Dictionary<string, Product?>>> Answer { get; set; } =
        ids => Task.FromResult(ids.ToDictionary(id => id, id => (Product?)Make(id)));

    public Func<string, bool> Allows { get; set; } = _ => true;

    public int MaxBatchSize => 10;

    /// <summary>A product without the marketplace's name, which the service knows.</summary>
    public static Product Make(string id) => new() { Id = id, Marketplace = "", Title = $"Product {id}", FetchedAt = DateTimeOffset.UtcNow };

    public bool IsValidId(string id) => Allows(id);

    public async Task<IReadOnlyDictionary<string, Product?>> GetManyAsync(IReadOnlyList<string> ids, CancellationToken cancellationToken)
    {
        Calls.Enqueue(ids);
        return await Answer(ids);
    }
}
