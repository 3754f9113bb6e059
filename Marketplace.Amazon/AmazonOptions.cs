using System.ComponentModel.DataAnnotations;
using Marketplace.Products;

namespace Marketplace.Amazon;

/// <summary>Where Amazon's Creators API is and who we are there; section <c>Amazon</c>.</summary>
internal sealed class AmazonOptions
{
    /// <summary>The catalogue's address; Amazon has one for all marketplaces, the simulator another.</summary>
    [WebAddress(ErrorMessage = "Amazon:ApiUrl must be an absolute http or https address.")]
    public Uri ApiUrl { get; set; } = new("https://creatorsapi.amazon");

    /// <summary>Where tokens are granted; unless set, the address that <see cref="CredentialVersion"/> belongs to.</summary>
    [WebAddress(ErrorMessage = "Amazon:TokenUrl must be an absolute http or https address.")]
    public Uri? TokenUrl { get; set; }

    [Required(ErrorMessage = "Amazon:CredentialId is missing: Associates Central shows it where Creators API credentials are made.")]
    public string? CredentialId { get; set; }

    [Required(ErrorMessage = "Amazon:CredentialSecret is missing.")]
    public string? CredentialSecret { get; set; }

    /// <summary>The credential's version as Associates Central shows it, such as <c>3.2</c>; <c>2</c> or <c>3</c> alone means that of the marketplace's region.</summary>
    [RegularExpression("^[23](\\.[123])?$", ErrorMessage = "Amazon:CredentialVersion must be 2 or 3, or with its region 2.1 to 2.3 or 3.1 to 3.3.")]
    public string CredentialVersion { get; set; } = "3";

    [Required(ErrorMessage = "Amazon:PartnerTag is missing: a tracking id of the store that the credential belongs to.")]
    [StringLength(64, ErrorMessage = "Amazon:PartnerTag must have 1-64 characters.")]
    public string? PartnerTag { get; set; }

    /// <summary>The site whose products are read.</summary>
    [RegularExpression("^www\\.amazon\\.[a-z]{2,3}(\\.[a-z]{2})?$", ErrorMessage = "Amazon:Marketplace must look like www.amazon.com or www.amazon.co.uk.")]
    public string Marketplace { get; set; } = "www.amazon.com";
}
