namespace Marketplace.EbaySimulator.Catalog;

/// <summary>A site of eBay, chosen by the header <c>X-EBAY-C-MARKETPLACE-ID</c>.</summary>
internal sealed record EbayMarketplace(string Id, string Host, string Currency, decimal PriceFactor)
{
    public const string Header = "X-EBAY-C-MARKETPLACE-ID";

    private static readonly Dictionary<string, EbayMarketplace> All = new EbayMarketplace[]
    {
        new("EBAY_US", "www.ebay.com", "USD", 1.00m),
        new("EBAY_GB", "www.ebay.co.uk", "GBP", 0.80m),
        new("EBAY_DE", "www.ebay.de", "EUR", 0.92m),
        new("EBAY_FR", "www.ebay.fr", "EUR", 0.92m),
        new("EBAY_IT", "www.ebay.it", "EUR", 0.92m),
        new("EBAY_ES", "www.ebay.es", "EUR", 0.92m),
        new("EBAY_CA", "www.ebay.ca", "CAD", 1.36m),
        new("EBAY_AU", "www.ebay.com.au", "AUD", 1.52m),
    }.ToDictionary(site => site.Id, StringComparer.Ordinal);

    public static IEnumerable<string> Names => All.Keys;

    /// <summary>The site a header names, eBay's United States without one, <c>null</c> for one that is unknown.</summary>
    public static EbayMarketplace? Find(string? header) => All.GetValueOrDefault(string.IsNullOrEmpty(header) ? "EBAY_US" : header);
}
