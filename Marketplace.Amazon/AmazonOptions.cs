using System.Text.RegularExpressions;
using Marketplace.Products;

namespace Marketplace.Amazon;

/// <summary>Where Amazon's Creators API is and who we are there; section <c>Amazon</c>.</summary>
internal sealed partial class AmazonOptions
{
    /// <summary>The catalogue's address; Amazon has one for all marketplaces, the simulator another.</summary>
    public Uri ApiUrl { get; set; } = new("https://creatorsapi.amazon");

    /// <summary>Where tokens are granted; unless set, the address that <see cref="CredentialVersion"/> belongs to.</summary>
    public Uri? TokenUrl { get; set; }

    public string? CredentialId { get; set; }

    public string? CredentialSecret { get; set; }

    /// <summary>The credential's version as Associates Central shows it, such as <c>3.2</c>; <c>2</c> or <c>3</c> alone means that of the marketplace's region.</summary>
    public string CredentialVersion { get; set; } = "3";

    public string? PartnerTag { get; set; }

    /// <summary>The site whose products are read.</summary>
    public string Marketplace { get; set; } = "www.amazon.com";

    /// <summary>Registers them, to be checked at the start.</summary>
    public static void Add(IServiceCollection services) => services.AddOptions<AmazonOptions>().BindConfiguration("Amazon")
        .Validate(options => WebAddress.IsValid(options.ApiUrl), "Amazon:ApiUrl must be an absolute http or https address.")
        .Validate(options => options.TokenUrl is null || WebAddress.IsValid(options.TokenUrl), "Amazon:TokenUrl must be an absolute http or https address.")
        .Validate(options => !string.IsNullOrWhiteSpace(options.CredentialId), "Amazon:CredentialId is missing: Associates Central shows it where Creators API credentials are made.")
        .Validate(options => !string.IsNullOrWhiteSpace(options.CredentialSecret), "Amazon:CredentialSecret is missing.")
        .Validate(options => VersionForm().IsMatch(options.CredentialVersion), "Amazon:CredentialVersion must be 2 or 3, or with its region 2.1 to 2.3 or 3.1 to 3.3.")
        .Validate(options => !string.IsNullOrWhiteSpace(options.PartnerTag), "Amazon:PartnerTag is missing: a tracking id of the store that the credential belongs to.")
        .Validate(options => options.PartnerTag is null or { Length: <= 64 }, "Amazon:PartnerTag must have 1-64 characters.")
        .Validate(options => SiteForm().IsMatch(options.Marketplace), "Amazon:Marketplace must look like www.amazon.com or www.amazon.co.uk.")
        .ValidateOnStart();

    [GeneratedRegex(@"^[23](\.[123])?\z", RegexOptions.CultureInvariant)]
    private static partial Regex VersionForm();

    [GeneratedRegex(@"^www\.amazon\.[a-z]{2,3}(\.[a-z]{2})?\z", RegexOptions.CultureInvariant)]
    private static partial Regex SiteForm();
}
