using GraphQL.Types;
using Marketplace.Contracts;

namespace Marketplace.Gateway.Schema;

internal sealed class ProductSourceType : EnumerationGraphType
{
    public ProductSourceType()
    {
        Name = "ProductSource";
        Description = "The layer an answer came from, from the nearest to the farthest.";
        Add(ProductSource.Memory, "The gateway's own memory.");
        Add(ProductSource.Cache, "The cache all services share.");
        Add(ProductSource.Database, "The marketplace service's database.");
        Add(ProductSource.External, "The marketplace itself, asked for this answer.");
    }

    public static string ValueName(ProductSource source) => source switch
    {
        ProductSource.Memory => "MEMORY",
        ProductSource.Cache => "CACHE",
        ProductSource.Database => "DATABASE",
        _ => "EXTERNAL",
    };

    private void Add(ProductSource source, string description) =>
        Add(new EnumValueDefinition(ValueName(source), source) { Description = description });
}
