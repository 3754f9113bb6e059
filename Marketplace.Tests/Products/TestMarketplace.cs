using System.Collections.Concurrent;
using Marketplace.Messaging.Contracts;
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

    public int Calls => _calls.Values.Sum();

    public int CallsOf(string id) => _calls.GetValueOrDefault(id);

    public async Task<Product?> GetAsync(string id, CancellationToken cancellationToken)
    {
        _calls.AddOrUpdate(id, 1, static (_, calls) => calls + 1);
        var now = Now();
        return await Answer(id, cancellationToken) is { } title
            ? new Product { Id = id, Marketplace = name, Title = title, FetchedAt = now, Price = new Money(12.34m, "EUR") }
            : null;
    }
}
