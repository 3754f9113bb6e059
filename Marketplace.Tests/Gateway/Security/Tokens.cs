using System.Security.Cryptography;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Marketplace.Tests.Gateway.Security;

/// <summary>Makes tokens, good ones and others.</summary>
internal static class Tokens
{
    public const string Issuer = "https://issuer.example";
    public const string Audience = "marketplace";

    private static readonly byte[] Secret = RandomNumberGenerator.GetBytes(64);

    /// <summary>Has the gateway accept tokens signed with <see cref="Key"/>.</summary>
    public static (string Key, string Value)[] Settings =>
    [
        ("Authentication:Schemes:Bearer:ValidIssuer", Issuer),
        ("Authentication:Schemes:Bearer:ValidAudiences:0", Audience),
        ("Authentication:Schemes:Bearer:SigningKeys:0:Issuer", Issuer),
        ("Authentication:Schemes:Bearer:SigningKeys:0:Value", Convert.ToBase64String(Secret)),
    ];

    public static SecurityKey Key { get; } = new SymmetricSecurityKey(Secret);

    public static string Create(
        string? scope = "products:write",
        string subject = "somebody",
        string issuer = Issuer,
        string audience = Audience,
        TimeSpan? validFor = null,
        SecurityKey? key = null,
        string algorithm = SecurityAlgorithms.HmacSha256)
    {
        var now = DateTime.UtcNow;
        var lifetime = validFor ?? TimeSpan.FromMinutes(5);
        var claims = new Dictionary<string, object> { ["sub"] = subject };
        if (scope is not null)
        {
            claims["scope"] = scope;
        }

        return new JsonWebTokenHandler().CreateToken(new SecurityTokenDescriptor
        {
            Issuer = issuer,
            Audience = audience,
            Claims = claims,
            NotBefore = now + lifetime - TimeSpan.FromHours(1),
            IssuedAt = now + lifetime - TimeSpan.FromHours(1),
            Expires = now + lifetime,
            SigningCredentials = new SigningCredentials(key ?? Key, algorithm),
        });
    }

    /// <summary>A token with another head and body, signed as given.</summary>
    public static string Forge(string head, string body, Func<byte[], byte[]>? sign = null)
    {
        var signed = $"{Base64UrlEncoder.Encode(head)}.{Base64UrlEncoder.Encode(body)}";
        return $"{signed}.{(sign is null ? "" : Base64UrlEncoder.Encode(sign(System.Text.Encoding.ASCII.GetBytes(signed))))}";
    }

    /// <summary>The body of a token that would be good, were it signed.</summary>
    public static string GoodBody(string issuer = Issuer, bool withExpiry = true, TimeSpan? validFor = null) =>
        $$"""{"iss":"{{issuer}}","aud":"{{Audience}}","sub":"somebody","scope":"products:write"{{(withExpiry ? $",\"exp\":{(DateTimeOffset.UtcNow + (validFor ?? TimeSpan.FromMinutes(5))).ToUnixTimeSeconds()}" : "")}}}""";
}
