namespace Marketplace.Simulation;

/// <summary>The application's credentials that the simulator accepts; without them any pair will do.</summary>
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
