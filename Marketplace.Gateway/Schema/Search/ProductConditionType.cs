using GraphQL.Types;
using Wire = Marketplace.Products.V1;

namespace Marketplace.Gateway.Schema.Search;

/// <summary>The conditions that a search can be narrowed to.</summary>
internal sealed class ProductConditionType : EnumerationGraphType
{
    public ProductConditionType()
    {
        Name = "ProductCondition";
        Description = "A condition that a search can be narrowed to; marketplaces word it more finely.";
        Add(new EnumValueDefinition("NEW", Wire.Condition.New) { Description = "New, or unused without its packaging." });
        Add(new EnumValueDefinition("USED", Wire.Condition.Used) { Description = "Used." });
        Add(new EnumValueDefinition("REFURBISHED", Wire.Condition.Refurbished) { Description = "Used, and restored by the maker or a seller." });
    }
}
