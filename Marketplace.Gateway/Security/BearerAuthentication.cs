using System.Text.Json;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Marketplace.Gateway.Security;

/// <summary>
/// Which tokens (JWT, RFC 7519) are accepted, by the framework's own section <c>Authentication:Schemes:Bearer</c>: those of an OpenID
/// Connect <c>Authority</c> (or <c>MetadataAddress</c>), else those signed with one of the symmetric <c>SigningKeys</c>. Never both: a
/// public key must not pass for a secret (RFC 8725 2.1).
/// </summary>
internal static class BearerAuthentication
{
    public const string Section = $"Authentication:Schemes:{Scheme}";

    public const string Scheme = JwtBearerDefaults.AuthenticationScheme;

    private static readonly TimeSpan ClockSkew = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan AuthorityTimeout = TimeSpan.FromSeconds(5);

    /// <summary>How often an unknown key has the authority's keys read again at most: anybody can send one, and must not keep a new key from being read for long.</summary>
    private static readonly TimeSpan PauseBetweenRefreshes = TimeSpan.FromSeconds(5);

    private static readonly string[] Asymmetric =
    [
        SecurityAlgorithms.RsaSha256, SecurityAlgorithms.RsaSha384, SecurityAlgorithms.RsaSha512,
        SecurityAlgorithms.RsaSsaPssSha256, SecurityAlgorithms.RsaSsaPssSha384, SecurityAlgorithms.RsaSsaPssSha512,
        SecurityAlgorithms.EcdsaSha256, SecurityAlgorithms.EcdsaSha384, SecurityAlgorithms.EcdsaSha512,
    ];

    private static readonly string[] Symmetric = [SecurityAlgorithms.HmacSha256];

    /// <summary>The framework's settings that mean something here; another is refused rather than ignored.</summary>
    private static readonly string[] Settings =
    [
        nameof(JwtBearerOptions.Authority), nameof(JwtBearerOptions.MetadataAddress), nameof(JwtBearerOptions.RequireHttpsMetadata),
        nameof(JwtBearerOptions.BackchannelTimeout), nameof(JwtBearerOptions.RefreshInterval), nameof(JwtBearerOptions.AutomaticRefreshInterval),
        nameof(TokenValidationParameters.ValidIssuer), nameof(TokenValidationParameters.ValidIssuers),
        nameof(TokenValidationParameters.ValidAudience), nameof(TokenValidationParameters.ValidAudiences), "SigningKeys",
    ];

    /// <summary>Adds the framework's options without its handler, for whose sake every request, also the many without a token, would pass its middleware.</summary>
    public static void AddBearerAuthentication(this IServiceCollection services)
    {
        services.AddOptions<TokenOptions>().BindConfiguration(TokenOptions.Section).PostConfigure(options => options.SetDefaults());
        services.AddSingleton<IAuthenticationConfigurationProvider, SchemeConfiguration>();
        services.Configure<JwtBearerOptions>(Scheme, options =>
        {
            options.BackchannelTimeout = AuthorityTimeout;
            options.RefreshInterval = PauseBetweenRefreshes;
        });
        new AuthenticationBuilder(services).AddJwtBearer(Scheme, _ => { });
        services.RemoveAll<JwtBearerHandler>();
        services.AddOptions<JwtBearerOptions>(Scheme).PostConfigure<IOptions<TokenOptions>, IConfiguration>((options, tokens, configuration) => Restrict(options, tokens.Value.AudienceClaim, configuration.GetSection($"{Section}:SigningKeys")))
            .Validate(options => !AcceptsAny(options) || NamesAudience(options), $"{Section}:ValidAudiences names no audience; name the one that tokens for this gateway carry.")
            .Validate<IConfiguration>((options, configuration) => HasAuthority(options) || options.TokenValidationParameters.IssuerSigningKeys.Any() || !configuration.GetSection($"{Section}:SigningKeys").Exists(), $"{Section}:SigningKeys has no key whose Issuer is named by ValidIssuer or ValidIssuers.")
            .ValidateOnStart();
        services.AddSingleton<IValidateOptions<JwtBearerOptions>, UnknownSettings>();
        services.AddSingleton<BearerTokenValidator>();
    }

    private static void Restrict(JwtBearerOptions options, string audienceClaim, IConfigurationSection signingKeys)
    {
        options.MapInboundClaims = false;
        var rules = options.TokenValidationParameters;
        rules.ClockSkew = ClockSkew;
        rules.ValidAlgorithms = HasAuthority(options) ? Asymmetric : Symmetric;

        // The framework takes one key of an issuer, which could not be replaced without rejecting what it signed before.
        rules.IssuerSigningKeys = HasAuthority(options) ? [] : [.. signingKeys.GetChildren()
            .Where(key => key["Issuer"] is { } issuer && (issuer == rules.ValidIssuer || rules.ValidIssuers?.Contains(issuer) is true))
            .Select(key => new SymmetricSecurityKey(Convert.FromBase64String(key["Value"] ?? "")))];

        if (audienceClaim != JwtRegisteredClaimNames.Aud)
        {
            var standard = rules.Clone();
            rules.AudienceValidator = (_, token, _) =>
            {
                using var payload = JsonDocument.Parse(Base64UrlEncoder.DecodeBytes(((JsonWebToken)token).EncodedPayload));
                Validators.ValidateAudience(TokenPayload.Read(payload.RootElement, audienceClaim), token, standard);
                return true;
            };
        }
    }

    private static bool HasAuthority(JwtBearerOptions options) => !string.IsNullOrEmpty(options.Authority) || !string.IsNullOrEmpty(options.MetadataAddress);

    private static bool AcceptsAny(JwtBearerOptions options) => HasAuthority(options) || options.TokenValidationParameters.IssuerSigningKeys?.Any() is true;

    private static bool NamesAudience(JwtBearerOptions options) =>
        !string.IsNullOrEmpty(options.TokenValidationParameters.ValidAudience) || options.TokenValidationParameters.ValidAudiences?.Any() is true;

    private sealed class SchemeConfiguration(IConfiguration configuration) : IAuthenticationConfigurationProvider
    {
        public IConfiguration AuthenticationConfiguration => configuration.GetSection("Authentication");
    }

    /// <summary>Refuses settings that would do nothing, or that would have the gateway accept tokens unchecked.</summary>
    private sealed class UnknownSettings(IConfiguration configuration) : IValidateOptions<JwtBearerOptions>
    {
        public ValidateOptionsResult Validate(string? name, JwtBearerOptions options)
        {
            var unknown = configuration.GetSection(Section).GetChildren().Select(setting => setting.Key).Except(Settings, StringComparer.OrdinalIgnoreCase).ToList();
            return unknown.Count == 0 ? ValidateOptionsResult.Success
                : ValidateOptionsResult.Fail($"{Section}: {string.Join(", ", unknown)} is not supported; allowed are {string.Join(", ", Settings)}.");
        }
    }
}
