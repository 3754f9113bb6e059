namespace Marketplace.EbaySimulator.Identity;

/// <summary>The application keys the simulator accepts (<c>Ebay:ClientId</c>, <c>Ebay:ClientSecret</c>); without them any pair will do.</summary>
internal sealed class Credentials
{
    public string? ClientId { get; set; }

    public string? ClientSecret { get; set; }

    public bool Accept(string clientId, string clientSecret) =>
        clientId.Length > 0
        && clientSecret.Length > 0
        && (string.IsNullOrEmpty(ClientId) || ClientId == clientId)
        && (string.IsNullOrEmpty(ClientSecret) || ClientSecret == clientSecret);
}
