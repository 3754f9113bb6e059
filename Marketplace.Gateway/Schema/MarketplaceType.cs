using GraphQL.Types;

namespace Marketplace.Gateway.Schema;

/// <summary>The marketplaces served, one value for each name in the configuration: <c>ebay</c> is <c>EBAY</c>.</summary>
internal sealed class MarketplaceType : EnumerationGraphType
{
    public MarketplaceType(IEnumerable<string> marketplaces)
    {
        Name = "Marketplace";
        Description = "A marketplace whose products can be read.";
        foreach (var marketplace in marketplaces)
        {
            Add(new EnumValueDefinition(ValueName(marketplace), marketplace) { Description = $"Products sold on {marketplace}." });
        }
    }

    public static string ValueName(string marketplace) => marketplace.ToUpperInvariant().Replace('-', '_');
}
