using System.Collections.Concurrent;
using Marketplace.Contracts;
using Marketplace.Products;

namespace Marketplace.Tests.Products;

/// <summary>A marketplace that a test plays: made of public types alone, as any new marketplace is.</summary>
public sealed class TestMarketplace(string name) : IProductSource
{
    private readonly ConcurrentDictionary<string, int> _calls = new();

    public string Name => name;

    /// <summary>What it answers; titles unless a test says otherwise. <c>null</c> is an absent product.</summary>
    public Func<string, CancellationToken, Task<string?>> Answer { get; set; } = (id, _) => Task.FromResult<string?>($"Product {id}");

    /// <summary>When it says it was asked; now unless a test says otherwise.</summary>
    public Func<DateTimeOffset> Now { get; set; } = () => DateTimeOffset.UtcNow;

    /// <summary>How many hits a search has; each search finds <c>query-0</c>, <c>query-1</c>, and so on.</summary>
    public Func<string, int> Hits { get; set; } = _ => 0;

    /// <summary>Its product for an id and a title, where a test needs more than the title.</summary>
    public Func<Product, Product> Complete { get; set; } = product => product;

    /// <summary>The id that others stand for, as <c>{id}</c> for <c>alias-{id}</c>.</summary>
    public string CanonicalId(string id) => id.StartsWith("alias-", StringComparison.Ordinal) ? id["alias-".Length..] : id;

    /// <summary>Ids with <c>impossible</c> in them cannot be its own.</summary>
    public bool IsValidId(string id) => !id.Contains("impossible", StringComparison.Ordinal);

    /// <summary>It gives 500 hits for a search at most.</summary>
    public int SearchEnd => 500;

    /// <summary>Whether a hit is a product; all are unless a test says otherwise.</summary>
    public Func<int, bool> IsProduct { get; set; } = _ => true;

    /// <summary>The pages searched for, as <c>query@offset</c>, and the filter where there is one.</summary>
    public ConcurrentQueue<string> Searches { get; } = new();

    /// <summary>The ids asked for, in their order.</summary>
    public ConcurrentQueue<string> Asked { get; } = new();

    /// <summary>How long its terms allow to keep its data.</summary>
    public RetentionPolicy Retention { get; set; } = RetentionPolicy.Unlimited;

    public int Calls => _calls.Values.Sum();

    public int CallsOf(string id) => _calls.GetValueOrDefault(id);

    public async Task<Product?> GetAsync(string id, CancellationToken cancellationToken)
    {
        Asked.Enqueue(id);
        _calls.AddOrUpdate(id, 1, static (_, calls) => calls + 1);
        var now = Now();
        return await Answer(id, cancellationToken) is { } title
            ? Complete(new Product { Id = id, Marketplace = name, Title = title, FetchedAt = now, Price = new Money(12.34m, "EUR") })
            : null;
    }

    public Task<ProductPage> SearchAsync(string query, SearchFilter filter, int offset, int limit, CancellationToken cancellationToken)
    {
        Searches.Enqueue($"{query}@{offset}{(filter == SearchFilter.None ? "" : $" {filter}")}");
        var hits = Hits(query);
        var now = Now();
        return Task.FromResult(new ProductPage(
            [.. Enumerable.Range(offset, Math.Clamp(hits - offset, 0, limit)).Where(IsProduct).Select(number => new Product { Id = $"{query}-{number}", Marketplace = name, Title = $"Summary {number}", FetchedAt = now })],
            hits,
            offset + limit < hits));
    }
}
