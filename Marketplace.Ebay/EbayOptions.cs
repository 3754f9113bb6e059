using System.ComponentModel.DataAnnotations;
using Marketplace.Products;

namespace Marketplace.Ebay;

/// <summary>Where eBay is and who we are there; section <c>Ebay</c>.</summary>
internal sealed class EbayOptions
{
    /// <summary>The API's address: <c>https://api.ebay.com</c>, <c>https://api.sandbox.ebay.com</c> or the simulator's.</summary>
    [Required(ErrorMessage = "Ebay:ApiUrl is missing: https://api.ebay.com, or the simulator's address.")]
    [WebAddress(ErrorMessage = "Ebay:ApiUrl must be an absolute http or https address.")]
    public Uri? ApiUrl { get; set; }

    /// <summary>The application's client id (developer.ebay.com, "Application Keys").</summary>
    [Required(ErrorMessage = "Ebay:ClientId is missing.")]
    public string? ClientId { get; set; }

    /// <summary>The application's secret.</summary>
    [Required(ErrorMessage = "Ebay:ClientSecret is missing.")]
    public string? ClientSecret { get; set; }

    /// <summary>The site whose listings are read, such as <c>EBAY_US</c> or <c>EBAY_DE</c>.</summary>
    [RegularExpression("^EBAY_[A-Z]{2,10}$", ErrorMessage = "Ebay:MarketplaceId must look like EBAY_US.")]
    public string MarketplaceId { get; set; } = "EBAY_US";
}
