/// <summary>Signing in with accounts of an OpenID Connect provider, where the system is deployed.</summary>
internal static class ProviderSignIn
{
    private const string Authority = "sign-in-authority";

    /// <summary>
    /// Where the parameter <c>sign-in-authority</c> names a provider as the model is published: has the storefront send people there and
    /// share the keys of their sessions in Redis, and the gateway accept the provider's tokens.
    /// </summary>
    public static void WithSignIn(this IResourceBuilder<ProjectResource> storefront, IResourceBuilder<ProjectResource> gateway, IResourceBuilder<RedisResource> redis)
    {
        var builder = storefront.ApplicationBuilder;
        if (builder.Configured(Authority) is not { } address)
        {
            return;
        }

        var authority = builder.AddSetting(Authority, address);
        storefront
            .WithReference(redis)
            .WithEnvironment("Storefront__SignIn__Authority", authority)
            .WithEnvironment("Storefront__SignIn__Origin", builder.AddParameter("sign-in-origin"))
            .WithEnvironment("Storefront__SignIn__ClientId", builder.AddParameter("sign-in-client-id"))
            .WithEnvironment("Storefront__SignIn__ClientSecret", builder.AddParameter("sign-in-client-secret", secret: true));
        gateway
            .WithEnvironment("Authentication__Schemes__Bearer__Authority", authority)
            .WithEnvironment("Authentication__Schemes__Bearer__ValidAudiences__0", builder.AddSetting("sign-in-audience", "marketplace"));
    }
}
