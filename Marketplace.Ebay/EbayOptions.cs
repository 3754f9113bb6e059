using System.Text.RegularExpressions;
using Marketplace.Products;

namespace Marketplace.Ebay;

/// <summary>Where eBay is and who we are there; section <c>Ebay</c>.</summary>
internal sealed partial class EbayOptions
{
    /// <summary>The API's address: <c>https://api.ebay.com</c>, <c>https://api.sandbox.ebay.com</c> or the simulator's.</summary>
    public Uri? ApiUrl { get; set; }

    /// <summary>The application's client id (developer.ebay.com, "Application Keys").</summary>
    public string? ClientId { get; set; }

    /// <summary>The application's secret.</summary>
    public string? ClientSecret { get; set; }

    /// <summary>The site whose listings are read, such as <c>EBAY_US</c> or <c>EBAY_DE</c>.</summary>
    public string MarketplaceId { get; set; } = "EBAY_US";

    /// <summary>Registers them, to be checked at the start.</summary>
    public static void Add(IServiceCollection services) => services.AddOptions<EbayOptions>().BindConfiguration("Ebay")
        .Validate(options => options.ApiUrl is not null, "Ebay:ApiUrl is missing: https://api.ebay.com, or the simulator's address.")
        .Validate(options => options.ApiUrl is null || WebAddress.IsValid(options.ApiUrl), "Ebay:ApiUrl must be an absolute http or https address.")
        .Validate(options => !string.IsNullOrWhiteSpace(options.ClientId), "Ebay:ClientId is missing.")
        .Validate(options => !string.IsNullOrWhiteSpace(options.ClientSecret), "Ebay:ClientSecret is missing.")
        .Validate(options => SiteForm().IsMatch(options.MarketplaceId), "Ebay:MarketplaceId must look like EBAY_US.")
        .ValidateOnStart();

    [GeneratedRegex(@"^EBAY_[A-Z]{2,10}\z", RegexOptions.CultureInvariant)]
    private static partial Regex SiteForm();
}
