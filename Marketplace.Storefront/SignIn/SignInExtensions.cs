using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.AspNetCore.DataProtection.StackExchangeRedis;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using StackExchange.Redis;

namespace Marketplace.Storefront.SignIn;

/// <summary>
/// Signing in, where it is configured: the authorization code flow with PKCE (RFC 7636). The tokens stay in an encrypted cookie that no
/// script can read; a page's requests to the gateway get theirs here (draft-ietf-oauth-browser-based-apps, "Backend For Frontend").
/// </summary>
internal static class SignInExtensions
{
    public const string Cookie = CookieAuthenticationDefaults.AuthenticationScheme;
    public const string SignInPath = "/sign-in";
    public const string SignOutPath = "/sign-out";
    private const string Callback = "/sign-in/callback";
    private const string SignedOutCallback = "/sign-out/callback";
    private const string Redis = "redis";
    private const string KeysInRedis = "storefront:session-keys"; // a list without expiry, which volatile-lru does not evict

    private static readonly TimeSpan SessionLength = TimeSpan.FromHours(8);
    private static readonly TimeSpan ProviderTimeout = TimeSpan.FromSeconds(10);
    private static readonly string[] DefaultScopes = ["openid", "profile", "offline_access", "products:write"];

    public static void AddSignIn(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<IValidateOptions<SignInOptions>, SignInOptionsValidator>();
        builder.Services.AddOptions<SignInOptions>().BindConfiguration(SignInOptions.Section).ValidateOnStart();
        var settings = builder.Configuration.GetSection(SignInOptions.Section).Get<SignInOptions>();
        if (settings is not { IsOn: true })
        {
            return;
        }

        builder.Services.TryAddSingleton(TimeProvider.System);
        builder.ShareKeys(settings);
        var isSecure = settings.Origin?.StartsWith("https:", StringComparison.Ordinal) is true;
        var secure = isSecure ? CookieSecurePolicy.Always : CookieSecurePolicy.SameAsRequest;
        var authentication = builder.Services.AddAuthentication().AddCookie(Cookie, options =>
        {
            options.Cookie.Name = isSecure ? "__Host-session" : "session";
            options.Cookie.HttpOnly = true;
            options.Cookie.SameSite = SameSiteMode.Strict;
            options.Cookie.SecurePolicy = secure;
            options.ExpireTimeSpan = SessionLength;
            options.SlidingExpiration = true;
        });
        if (!settings.UsesProvider)
        {
            return;
        }

        builder.Services.AddSingleton<TokenRefresher>();
        builder.Services.AddOptions<CookieAuthenticationOptions>(Cookie).Configure<TokenRefresher>((options, refresher) => options.Events.OnValidatePrincipal = refresher.ValidateAsync);
        authentication.AddOpenIdConnect(options =>
        {
            options.SignInScheme = Cookie;
            options.Authority = settings.Authority;
            options.RequireHttpsMetadata = settings.RequireHttpsMetadata;
            options.ClientId = settings.ClientId;
            options.ClientSecret = settings.ClientSecret;
            options.ResponseType = OpenIdConnectResponseType.Code;
            options.ResponseMode = OpenIdConnectResponseMode.Query; // a form posted by another site would need cookies that other sites may send
            options.UsePkce = true;
            options.SaveTokens = true;
            options.MapInboundClaims = false;
            options.BackchannelTimeout = ProviderTimeout;
            options.CallbackPath = Callback;
            options.SignedOutCallbackPath = SignedOutCallback;
            options.Scope.Clear();
            foreach (var scope in settings.Scopes.Count > 0 ? settings.Scopes : DefaultScopes)
            {
                options.Scope.Add(scope);
            }

            foreach (var (name, value) in settings.Parameters)
            {
                options.AdditionalAuthorizationParameters[name] = value;
            }

            foreach (var cookie in (CookieBuilder[])[options.CorrelationCookie, options.NonceCookie])
            {
                cookie.SameSite = SameSiteMode.Lax;
                cookie.SecurePolicy = secure;
            }

            options.Events.OnRedirectToIdentityProvider = context =>
            {
                context.ProtocolMessage.RedirectUri = settings.Origin + Callback; // not what a request's header says
                return Task.CompletedTask;
            };
            options.Events.OnRedirectToIdentityProviderForSignOut = context =>
            {
                if (string.IsNullOrEmpty(context.ProtocolMessage.IssuerAddress) || string.IsNullOrEmpty(context.ProtocolMessage.IdTokenHint))
                {
                    context.HandleResponse(); // a provider without such an address, or a session without what names it there
                    return Task.CompletedTask;
                }

                context.ProtocolMessage.ClientId = settings.ClientId;
                context.ProtocolMessage.PostLogoutRedirectUri = settings.Origin + SignedOutCallback;
                return Task.CompletedTask;
            };
            options.Events.OnRemoteFailure = context =>
            {
                context.Response.Redirect(SignInEndpoints.FailedView);
                context.HandleResponse();
                return Task.CompletedTask;
            };
        });
    }

    /// <summary>Has all instances encrypt sessions with the same keys, where they have a folder or a Redis in common.</summary>
    private static void ShareKeys(this WebApplicationBuilder builder, SignInOptions settings)
    {
        var keys = builder.Services.AddDataProtection().SetApplicationName("storefront");
        if (!string.IsNullOrEmpty(settings.Keys))
        {
            keys.PersistKeysToFileSystem(new DirectoryInfo(settings.Keys));
        }
        else if (builder.Configuration.GetConnectionString(Redis) is not null)
        {
            builder.AddRedisCache(Redis);
            builder.Services.AddOptions<KeyManagementOptions>().Configure<IConnectionMultiplexer>((options, redis) => options.XmlRepository = new RedisXmlRepository(() => redis.GetDatabase(), KeysInRedis));
        }
    }

    public static void MapSignIn(this WebApplication app, string graphql)
    {
        if (app.Services.GetRequiredService<IOptions<SignInOptions>>().Value.IsOn)
        {
            app.UseAuthentication(); // takes the provider's answer at the callback
            app.UseMiddleware<SessionToken>(graphql);
            app.MapSession();
        }
    }
}
