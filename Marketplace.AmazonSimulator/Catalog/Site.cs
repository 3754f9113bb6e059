namespace Marketplace.AmazonSimulator.Catalog;

/// <summary>A site of Amazon, chosen by the header <c>x-marketplace</c>.</summary>
internal sealed record Site(string Host, string Currency, string Symbol, decimal PriceFactor)
{
    public const string Header = "x-marketplace";

    private static readonly Dictionary<string, Site> All = new Site[]
    {
        new("www.amazon.com", "USD", "$", 1.00m),
        new("www.amazon.co.uk", "GBP", "£", 0.80m),
        new("www.amazon.de", "EUR", "€", 0.92m),
        new("www.amazon.fr", "EUR", "€", 0.92m),
        new("www.amazon.ca", "CAD", "$", 1.36m),
        new("www.amazon.co.jp", "JPY", "¥", 150m),
        new("www.amazon.com.au", "AUD", "$", 1.52m),
    }.ToDictionary(site => site.Host, StringComparer.Ordinal);

    /// <summary>The site a header names; <c>null</c> without one and for one that is unknown.</summary>
    public static Site? Find(string? header) => All.GetValueOrDefault(header ?? "");
}
