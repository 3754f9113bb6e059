namespace Marketplace.AmazonSimulator.Catalog;

/// <summary>The partner tag the simulator knows (<c>Amazon:PartnerTag</c>); without one any will do.</summary>
internal sealed class Account
{
    public string? PartnerTag { get; set; }
}
