using System.Security.Cryptography;
using Microsoft.Extensions.Hosting;

/// <summary>A key of this run of the model, with which the storefront signs tokens that the gateway accepts: a button in place of an account, in development alone.</summary>
internal static class DevelopmentSignIn
{
    private const string Issuer = "storefront-development"; // the storefront's own default
    private static readonly string Key = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));

    /// <summary>Has the gateway accept its tokens beside those it accepts anyway.</summary>
    public static void AcceptDevelopmentTokens(this IResourceBuilder<ProjectResource> gateway) => gateway
        .WithSetting("Authentication__Schemes__Bearer__ValidIssuers__storefront", Issuer)
        .WithSetting("Authentication__Schemes__Bearer__ValidAudiences__storefront", "marketplace") // the default of both
        .WithSetting("Authentication__Schemes__Bearer__SigningKeys__storefront__Issuer", Issuer)
        .WithSetting("Authentication__Schemes__Bearer__SigningKeys__storefront__Value", Key);

    /// <summary>Has the storefront sign in with it.</summary>
    public static IResourceBuilder<T> WithDevelopmentSignIn<T>(this IResourceBuilder<T> storefront)
        where T : IResourceWithEnvironment => storefront.WithSetting("Storefront__SignIn__DevelopmentKey", Key);

    private static IResourceBuilder<T> WithSetting<T>(this IResourceBuilder<T> resource, string name, string value)
        where T : IResourceWithEnvironment => resource.ApplicationBuilder.Environment.IsDevelopment() ? resource.WithEnvironment(name, value) : resource;
}
