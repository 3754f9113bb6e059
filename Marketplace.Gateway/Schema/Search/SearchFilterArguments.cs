using GraphQL;
using GraphQL.Types;
using Marketplace.Contracts;
using Marketplace.Gateway.Errors;
using Wire = Marketplace.Products.V1;

namespace Marketplace.Gateway.Schema.Search;

/// <summary>The arguments by which a search is narrowed, each of them optional.</summary>
internal static class SearchFilterArguments
{
    private const string MinPrice = "minPrice";
    private const string MaxPrice = "maxPrice";
    private const string Condition = "condition";
    private const string InStock = "inStock";

    public static QueryArgument[] All() =>
    [
        SchemaBuilding.Argument(MinPrice, $"The lowest price, in the main unit of the currency that the marketplace's site sells in: {SearchRules.Price}.", new FloatGraphType()),
        SchemaBuilding.Argument(MaxPrice, "The highest price, likewise; not less than the lowest.", new FloatGraphType()),
        SchemaBuilding.Argument(Condition, "The condition; any when it is left out. A marketplace that cannot search by one refuses it by this argument's name.", new ProductConditionType()),
        SchemaBuilding.Argument(InStock, "Whether only products in stock are wanted.", new BooleanGraphType()),
    ];

    /// <summary>What the arguments say; <c>null</c> when they narrow nothing.</summary>
    /// <exception cref="GatewayError">A price is out of its range.</exception>
    public static Wire.SearchFilter? Read(IResolveFieldContext context)
    {
        var filter = new Wire.SearchFilter
        {
            MinPriceHundredths = Price(MinPrice),
            MaxPriceHundredths = Price(MaxPrice),
            Condition = context.Arguments![Condition].Value is Wire.Condition condition ? condition : Wire.Condition.Unspecified,
            InStock = context.Arguments[InStock].Value is true,
        };
        return filter.MaxPriceHundredths > 0 && filter.MaxPriceHundredths < filter.MinPriceHundredths ? throw GatewayError.BadInput(MaxPrice, "not less than the lowest price")
            : filter.CalculateSize() == 0 ? null
            : filter;

        long Price(string name)
        {
            if (context.Arguments![name].Value is not double price)
            {
                return 0;
            }

            return price is > 0 and < long.MaxValue && SearchRules.IsPrice((decimal)price) ? (long)((decimal)price * 100) : throw GatewayError.BadInput(name, SearchRules.Price);
        }
    }
}
