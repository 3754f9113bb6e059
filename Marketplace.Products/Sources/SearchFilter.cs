using System.Globalization;
using Marketplace.Contracts;

namespace Marketplace.Products;

/// <summary>What hits must meet besides the words searched for. A part that a marketplace cannot search by it refuses (<see cref="ProductSourceException.Refused(string, string)"/>).</summary>
/// <param name="MinPrice">The lowest price, in the main unit of the currency that the marketplace's site sells in; at most two decimals.</param>
/// <param name="MaxPrice">The highest price, likewise; not less than <paramref name="MinPrice"/>.</param>
/// <param name="Condition">The condition; <c>null</c> for any.</param>
/// <param name="InStock">Whether hits must be in stock.</param>
public sealed record SearchFilter(decimal? MinPrice = null, decimal? MaxPrice = null, ProductCondition? Condition = null, bool InStock = false)
{
    /// <summary>Lets every hit through.</summary>
    public static SearchFilter None { get; } = new();

    /// <summary>Names it in a cache: empty for <see cref="None"/>, without a colon otherwise.</summary>
    internal string Key => this == None ? "" : string.Create(CultureInfo.InvariantCulture, $",{MinPrice:0.##}-{MaxPrice:0.##},{Condition},{(InStock ? "stock" : "")}");

    /// <summary>What is wrong with it; <c>null</c> when nothing is.</summary>
    internal string? Problem =>
        MinPrice is { } min && !SearchRules.IsPrice(min) ? $"The lowest price must be {SearchRules.Price}."
        : MaxPrice is { } max && !SearchRules.IsPrice(max) ? $"The highest price must be {SearchRules.Price}."
        : MaxPrice < MinPrice ? "The highest price must not be less than the lowest."
        : null;
}
