using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Tokens;

namespace Marketplace.Gateway.Security;

/// <summary>
/// Which tokens (JWT, RFC 7519) are accepted, by the framework's own section <c>Authentication:Schemes:Bearer</c>: those of an OpenID
/// Connect <c>Authority</c>, else those signed with one of the symmetric <c>SigningKeys</c>. Never both: a public key must not pass
/// for a secret (RFC 8725 2.1).
/// </summary>
internal static class TokenAuthentication
{
    public const string Section = "Authentication:Schemes:Bearer";

    private static readonly TimeSpan ClockSkew = TimeSpan.FromSeconds(30);

    private static readonly string[] Asymmetric =
        [SecurityAlgorithms.RsaSha256, SecurityAlgorithms.RsaSsaPssSha256, SecurityAlgorithms.EcdsaSha256, SecurityAlgorithms.EcdsaSha384];

    private static readonly string[] Symmetric = [SecurityAlgorithms.HmacSha256];

    // Without the framework's handler, for whose sake every request, also the many without a token, would pass its middleware.
    public static void AddTokenAuthentication(this IServiceCollection services)
    {
        services.AddOptions<JwtBearerOptions>().Configure<IConfiguration>((options, configuration) => Configure(options, configuration.GetSection(Section)))
            .Validate(options => !AcceptsAny(options) || NamesAudience(options), $"{Section}:ValidAudiences names no audience; name the one that tokens for this gateway carry.")
            .ValidateOnStart();
        services.AddSingleton<IPostConfigureOptions<JwtBearerOptions>, JwtBearerPostConfigureOptions>();
        services.AddSingleton<Callers>();
    }

    private static void Configure(JwtBearerOptions options, IConfigurationSection section)
    {
        options.Authority = section[nameof(options.Authority)];
        options.RequireHttpsMetadata = !(Uri.TryCreate(options.Authority, UriKind.Absolute, out var authority) && authority.IsLoopback);
        options.MapInboundClaims = false;

        var rules = options.TokenValidationParameters;
        rules.ValidIssuer = section[nameof(rules.ValidIssuer)];
        rules.ValidAudiences = section.GetSection(nameof(rules.ValidAudiences)).Get<string[]>() ?? [];
        rules.ValidateIssuerSigningKey = true;
        rules.ClockSkew = ClockSkew;
        if (options.Authority is null)
        {
            rules.ValidAlgorithms = Symmetric;
            rules.IssuerSigningKeys = [.. section.GetSection("SigningKeys").GetChildren()
                .Where(key => key["Issuer"] == rules.ValidIssuer)
                .Select(key => new SymmetricSecurityKey(Convert.FromBase64String(key["Value"] ?? "")))];
        }
        else
        {
            rules.ValidAlgorithms = Asymmetric;
        }
    }

    private static bool AcceptsAny(JwtBearerOptions options) => options.Authority is not null || options.TokenValidationParameters.IssuerSigningKeys.Any();

    private static bool NamesAudience(JwtBearerOptions options) => options.TokenValidationParameters.ValidAudiences.Any();
}
