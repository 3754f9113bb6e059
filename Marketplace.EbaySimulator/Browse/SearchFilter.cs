using System.Globalization;
using System.Text.RegularExpressions;

namespace Marketplace.EbaySimulator.Browse;

/// <summary>The parameter <c>filter</c> of a search, as far as it is looked at: <c>price</c> with <c>priceCurrency</c>, and <c>conditionIds</c>.</summary>
/// <param name="From">The lowest price.</param>
/// <param name="To">The highest price.</param>
/// <param name="ConditionIds">The conditions; any when there are none.</param>
internal sealed partial record SearchFilter(decimal From, decimal To, IReadOnlyCollection<string> ConditionIds)
{
    /// <summary>Reads it. What is wrong in it is ignored, with a warning, as eBay does.</summary>
    /// <param name="text">The parameter's value.</param>
    /// <param name="currency">The site's currency.</param>
    public static (SearchFilter? Filter, IReadOnlyList<EbayError>? Warnings) Parse(string? text, string currency)
    {
        if (string.IsNullOrEmpty(text))
        {
            return (null, null);
        }

        var (price, conditions) = (Prices().Match(text), Conditions().Match(text));
        if (!price.Success && !conditions.Success)
        {
            return (null, EbayErrors.Ignored(12002));
        }

        var hasPrice = price.Success && text.Contains($"priceCurrency:{currency}", StringComparison.Ordinal);
        return (
            new SearchFilter(
                hasPrice ? Bound(price.Groups["from"].Value, decimal.Zero) : decimal.Zero,
                hasPrice ? Bound(price.Groups["to"].Value, decimal.MaxValue) : decimal.MaxValue,
                conditions.Success ? conditions.Groups["ids"].Value.Split('|') : []),
            price.Success && !hasPrice ? EbayErrors.Ignored(12012) : null);
    }

    public bool Takes(Item item) =>
        decimal.Parse(item.Price.Value, CultureInfo.InvariantCulture) is var price && price >= From && price <= To
        && (ConditionIds.Count == 0 || ConditionIds.Contains(item.ConditionId));

    private static decimal Bound(string text, decimal without) => text.Length == 0 ? without : decimal.Parse(text, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"\bprice:\[(?<from>\d{1,9}(\.\d{1,2})?)?(\.\.(?<to>\d{1,9}(\.\d{1,2})?)?)?\]")]
    private static partial Regex Prices();

    [GeneratedRegex(@"\bconditionIds:\{(?<ids>\d{4}(\|\d{4})*)\}")]
    private static partial Regex Conditions();
}
