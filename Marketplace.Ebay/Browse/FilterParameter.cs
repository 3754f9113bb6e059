using System.Globalization;
using Marketplace.Products;

namespace Marketplace.Ebay.Browse;

/// <summary>A search's filter as eBay takes it (developer.ebay.com/api-docs/buy/static/ref-buy-browse-filters.html).</summary>
internal static class FilterParameter
{
    private static readonly Dictionary<string, string> Currencies = new(StringComparer.Ordinal)
    {
        ["EBAY_US"] = "USD",
        ["EBAY_AU"] = "AUD",
        ["EBAY_CA"] = "CAD",
        ["EBAY_CH"] = "CHF",
        ["EBAY_GB"] = "GBP",
        ["EBAY_HK"] = "HKD",
        ["EBAY_PL"] = "PLN",
        ["EBAY_SG"] = "SGD",
    };

    /// <summary>
    /// The query's parameter, or nothing. There is none for stock: eBay hides listings without stock from every search.
    /// </summary>
    /// <param name="filter">The filter.</param>
    /// <param name="site">The site, whose currency the prices are in; the others of Europe have the euro.</param>
    public static string Of(SearchFilter filter, string site)
    {
        var parts = new List<string>();
        if (filter.MinPrice is not null || filter.MaxPrice is not null)
        {
            // Without a currency eBay ignores the price.
            parts.Add(string.Create(CultureInfo.InvariantCulture, $"price:[{filter.MinPrice:0.##}..{filter.MaxPrice:0.##}],priceCurrency:{Currencies.GetValueOrDefault(site, "EUR")}"));
        }

        if (filter.Condition is { } condition)
        {
            parts.Add($"conditionIds:{{{Ids(condition)}}}");
        }

        return parts.Count == 0 ? "" : $"&filter={Uri.EscapeDataString(string.Join(',', parts))}";
    }

    // developer.ebay.com/api-docs/sell/static/metadata/condition-id-values.html; 7000, for parts, belongs to none.
    private static string Ids(ProductCondition condition) => condition switch
    {
        ProductCondition.New => "1000|1500|1750",
        ProductCondition.Refurbished => "2000|2010|2020|2030|2500",
        _ => "2750|2990|3000|3010|4000|5000|6000",
    };
}
