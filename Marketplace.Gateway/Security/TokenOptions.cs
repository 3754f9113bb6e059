namespace Marketplace.Gateway.Security;

/// <summary>How tokens say what they are for and what their bearer may do, which differs between identity providers; section <c>Gateway:Tokens</c>.</summary>
internal sealed class TokenOptions
{
    public const string Section = $"{GatewayOptions.Section}:Tokens";

    /// <summary>
    /// The claims whose values are scopes: a string with blanks between them (RFC 8693 4.2), or an array. A member of an object is named with
    /// dots (<c>realm_access.roles</c>). Unset: <c>scope</c> and <c>scp</c>.
    /// </summary>
    public IList<string> ScopeClaims { get; } = [];

    /// <summary>The scopes of which each lets its bearer have products refreshed. Unset: <c>products:write</c>.</summary>
    public IList<string> WriteScopes { get; } = [];

    /// <summary>The claim that says whom a token is for.</summary>
    public string AudienceClaim { get; set; } = "aud";

    /// <summary>Fills in what is unset; the binder would add to lists that are not empty.</summary>
    public void SetDefaults()
    {
        if (ScopeClaims.Count == 0)
        {
            ScopeClaims.Add("scope");
            ScopeClaims.Add("scp");
        }

        if (WriteScopes.Count == 0)
        {
            WriteScopes.Add(RequiredScope.ProductsWrite);
        }
    }
}
