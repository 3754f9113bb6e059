namespace Marketplace.Storefront.SignIn;

/// <summary>
/// Who may sign in, section <c>Storefront:SignIn</c>. Nobody, unless an OpenID Connect provider is named, or, in development alone, a key
/// with which the host signs tokens itself.
/// </summary>
internal sealed class SignInOptions
{
    public const string Section = "Storefront:SignIn";

    /// <summary>The provider; its discovery document is at <c>/.well-known/openid-configuration</c> below it.</summary>
    public string? Authority { get; set; }

    /// <summary>The client id that the provider has given the shop.</summary>
    public string? ClientId { get; set; }

    /// <summary>The client's secret; none for a public client, which PKCE protects alone.</summary>
    public string? ClientSecret { get; set; }

    /// <summary>What is asked for. Unset: <c>openid profile offline_access products:write</c>.</summary>
    public IList<string> Scopes { get; } = [];

    /// <summary>Further parameters of the request to the provider, such as <c>audience</c> where it wants one.</summary>
    public IDictionary<string, string> Parameters { get; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Where browsers find the shop, such as <c>https://www.shop.example</c>: the provider sends them back to <c>/sign-in/callback</c> there.</summary>
    public string? Origin { get; set; }

    /// <summary>Whether the provider must be asked over https; <c>false</c> is for development.</summary>
    public bool RequireHttpsMetadata { get; set; } = true;

    /// <summary>A folder, the same for every instance, for the keys that sessions are encrypted with. Without it they are kept in the Redis of the connection string <c>redis</c>; without that, too, a session lasts as long as its instance.</summary>
    public string? Keys { get; set; }

    /// <summary>In development, the symmetric key (Base64, 32 bytes or more) that the gateway accepts tokens of <see cref="DevelopmentIssuer"/> by.</summary>
    public string? DevelopmentKey { get; set; }

    /// <summary>Who signs tokens in development.</summary>
    public string DevelopmentIssuer { get; set; } = "storefront-development";

    /// <summary>Whom tokens are for in development.</summary>
    public string DevelopmentAudience { get; set; } = "marketplace";

    public bool UsesProvider => !string.IsNullOrEmpty(Authority);

    public bool UsesDevelopmentKey => !string.IsNullOrEmpty(DevelopmentKey);

    public bool IsOn => UsesProvider || UsesDevelopmentKey;
}
