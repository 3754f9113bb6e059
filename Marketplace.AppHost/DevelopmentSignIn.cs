using System.Security.Cryptography;

/// <summary>A key of this run of the model, with which the storefront signs tokens that the gateway accepts: a button in place of an account.</summary>
internal static class DevelopmentSignIn
{
    private const string Issuer = "storefront-development"; // the storefront's own default, as the audience
    private const string Audience = "marketplace";
    private static readonly string Key = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));

    /// <summary>Has the gateway accept its tokens beside those it accepts anyway.</summary>
    public static void AcceptDevelopmentTokens(this IResourceBuilder<ProjectResource> gateway) => gateway
        .WithEnvironment("Authentication__Schemes__Bearer__ValidIssuers__storefront", Issuer)
        .WithEnvironment("Authentication__Schemes__Bearer__ValidAudiences__storefront", Audience)
        .WithEnvironment("Authentication__Schemes__Bearer__SigningKeys__storefront__Issuer", Issuer)
        .WithEnvironment("Authentication__Schemes__Bearer__SigningKeys__storefront__Value", Key);

    /// <summary>Has the storefront sign in with it.</summary>
    public static IResourceBuilder<T> WithDevelopmentSignIn<T>(this IResourceBuilder<T> storefront)
        where T : IResourceWithEnvironment => storefront.WithEnvironment("Storefront__SignIn__DevelopmentKey", Key);
}
