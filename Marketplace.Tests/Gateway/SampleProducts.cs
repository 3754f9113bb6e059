using System.Text;
using Marketplace.Gateway.Products;
using Xunit;

namespace Marketplace.Tests.Gateway;

internal static class SampleProducts
{
    public static ProductJson Parse(string json)
    {
        Assert.True(ProductJson.TryParse(Encoding.UTF8.GetBytes(json), out var product));
        return product;
    }
}
