using Marketplace.Gateway.Products;
using Marketplace.Gateway.Security;

namespace Marketplace.Tests.Gateway;

/// <summary>Fails as nobody foresaw, with a message that no client may see.</summary>
internal sealed class FailingProducts : IProductReader
{
    private const string Secret = "Host=db.internal;Username=gateway;Password=hunter2";

    public ValueTask<ProductResult> ReadAsync(ProductKey product, Caller caller, CancellationToken cancellationToken) => throw new InvalidTimeZoneException(Secret);

    public ValueTask<ProductResult[]> ReadAsync(ProductKey[] products, Caller caller, CancellationToken cancellationToken) => throw new InvalidTimeZoneException(Secret);
}
