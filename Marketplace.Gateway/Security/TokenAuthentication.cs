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
    private static readonly TimeSpan ClockSkew = TimeSpan.FromSeconds(30);

    private static readonly string[] Asymmetric =
        [SecurityAlgorithms.RsaSha256, SecurityAlgorithms.RsaSsaPssSha256, SecurityAlgorithms.EcdsaSha256, SecurityAlgorithms.EcdsaSha384];

    private static readonly string[] Symmetric = [SecurityAlgorithms.HmacSha256];

    public static void AddTokenAuthentication(this IServiceCollection services)
    {
        services.AddAuthentication(JwtBearerDefaults.AuthenticationScheme).AddJwtBearer();
        services.AddOptions<JwtBearerOptions>(JwtBearerDefaults.AuthenticationScheme).Configure(Restrict).ValidateOnStart();
        services.AddSingleton<IValidateOptions<JwtBearerOptions>, TokenOptionsValidator>();
        services.AddSingleton<Callers>();
    }

    private static void Restrict(JwtBearerOptions options)
    {
        options.MapInboundClaims = false;
        var authority = Uri.TryCreate(options.Authority, UriKind.Absolute, out var address) ? address : null;
        options.RequireHttpsMetadata = authority is not { IsLoopback: true };

        var rules = options.TokenValidationParameters;
        rules.ValidateIssuer = true;
        rules.ValidateAudience = true;
        rules.ValidateLifetime = true;
        rules.ValidateIssuerSigningKey = true;
        rules.RequireSignedTokens = true;
        rules.RequireExpirationTime = true;
        rules.ClockSkew = ClockSkew;
        rules.ValidAlgorithms = options.Authority is null ? Symmetric : Asymmetric;
        if (options.Authority is not null)
        {
            rules.IssuerSigningKeys = [];
        }
    }

    /// <summary>Finds at the start what would make every token fail later.</summary>
    private sealed class TokenOptionsValidator : IValidateOptions<JwtBearerOptions>
    {
        private const string Section = "Authentication:Schemes:Bearer";

        public ValidateOptionsResult Validate(string? name, JwtBearerOptions options)
        {
            var rules = options.TokenValidationParameters;
            if (options.Authority is null && rules.IssuerSigningKeys is not { } keys || options.Authority is null && !rules.IssuerSigningKeys.Any())
            {
                return ValidateOptionsResult.Success;
            }

            return rules.ValidAudience is null && rules.ValidAudiences?.Any() is not true
                ? ValidateOptionsResult.Fail($"{Section}:ValidAudiences names no audience; name the one that tokens for this gateway carry.")
                : ValidateOptionsResult.Success;
        }
    }
}
