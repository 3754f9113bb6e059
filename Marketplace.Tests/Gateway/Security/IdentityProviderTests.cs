using System.Net;
using System.Security.Cryptography;
using System.Text;
using Xunit;

namespace Marketplace.Tests.Gateway.Security;

/// <summary>Each row of the table in docs/identity-providers.md, set as it says, with a token of the form that the provider documents.</summary>
public sealed class IdentityProviderTests
{
    private const string Refresh = """{"query":"mutation { refreshProduct(marketplace: EBAY, id: 1) { id } }"}""";

    private static readonly string Table = File.ReadAllText(Repository.Find("docs", "identity-providers.md"));

    /// <summary>A token's claims besides <c>iss</c> and <c>exp</c>, and what to replace in them to have one that may not write, and one that is for somebody else.</summary>
    public static TheoryData<string, string, string, string> Providers => new()
    {
        {
            "any by RFC 9068",
            """ "aud":"marketplace","sub":"5ba552d67","client_id":"s6BhdRkqt3","jti":"dbe39bf3a3ba4238a513f51d6e1691c4","scope":"openid products:write" """,
            "products:write", "marketplace"
        },
        {
            "Entra ID, for users",
            """ "aud":"6e74172b-be56-4843-9ff4-e66a39bb12e3","azp":"d3590ed6-52b3-4102-aeff-aad2292ab01c","oid":"690222be-ff1a-4d56-abd1-7e4f7d38e474","scp":"Products.Read Products.Write","sub":"HKZpfaHyWadeOouYlitjrI-KffTm222X5rrV3xDqfKQ","tid":"72f988bf-86f1-41af-91ab-2d7cd011db47","ver":"2.0" """,
            "Products.Write", "6e74172b-be56-4843-9ff4-e66a39bb12e3"
        },
        {
            "Entra ID, for applications",
            """ "aud":"6e74172b-be56-4843-9ff4-e66a39bb12e3","azp":"d3590ed6-52b3-4102-aeff-aad2292ab01c","idtyp":"app","roles":["Products.Read.All","Products.Write.All"],"sub":"690222be-ff1a-4d56-abd1-7e4f7d38e474","tid":"72f988bf-86f1-41af-91ab-2d7cd011db47","ver":"2.0" """,
            "Products.Write.All", "6e74172b-be56-4843-9ff4-e66a39bb12e3"
        },
        {
            "Okta",
            """ "ver":1,"jti":"AT.0mP4JKAZX1iACIT4vbEDF7LpvDVjxypPMf0D7uX39RE","aud":"api://marketplace","sub":"user@example.com","cid":"nmdP1fcyvdVO11AL7ECm","uid":"00ujmkLgagxeRrAg20g3","scp":["openid","products.write"] """,
            "products.write", "api://marketplace"
        },
        {
            "Auth0",
            """ "sub":"auth0|123456","aud":["https://marketplace.example","https://tenant.example/userinfo"],"azp":"my_client_id","scope":"openid profile","permissions":["read:products","write:products"] """,
            "write:products", "https://marketplace.example"
        },
        {
            "Keycloak, roles of the realm",
            """ "aud":["marketplace","account"],"sub":"1f2e3d4c-0000-4000-8000-000000000001","typ":"Bearer","azp":"shop","realm_access":{"roles":["offline_access","products-writer"]},"resource_access":{"account":{"roles":["view-profile"]}},"scope":"email profile" """,
            "products-writer", "marketplace"
        },
        {
            "Keycloak, roles of a client",
            """ "aud":["marketplace","account"],"sub":"1f2e3d4c-0000-4000-8000-000000000001","typ":"Bearer","azp":"shop","realm_access":{"roles":["offline_access"]},"resource_access":{"marketplace":{"roles":["products-writer"]}},"scope":"email profile" """,
            "products-writer", "\"aud\":[\"marketplace"
        },
        {
            "Cognito",
            """ "sub":"aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee","token_use":"access","scope":"openid marketplace/products.write","jti":"aaaaaaaa-1111","client_id":"7ld5nqv0g8b2kf1c4s9xm3pt6a","username":"my-test-user" """,
            "marketplace/products.write", "7ld5nqv0g8b2kf1c4s9xm3pt6a"
        },
    };

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task A_token_of_the_provider_s_form_lets_its_bearer_write_with_the_settings_of_its_row(string provider, string claims, string scope, string audience)
    {
        await using var authority = await Authority.StartAsync();
        await using var gateway = await GatewayServer.StartAsync(settings: [.. authority.Settings.Where(setting => !setting.Key.Contains("Audience", StringComparison.Ordinal)), .. Row(provider)]);

        // No service can be reached here, so a request that is let through gets that error.
        Assert.Equal("UPSTREAM_UNAVAILABLE", (await SendAsync(claims)).Code);
        Assert.Equal("FORBIDDEN", (await SendAsync(Replace(scope, "other"))).Code);
        Assert.Equal("FORBIDDEN", (await SendAsync(Replace(scope, $"{scope}2"))).Code);
        Assert.Equal(HttpStatusCode.Unauthorized, (await SendAsync(Replace(audience, audience.Replace("marketplace", "other", StringComparison.Ordinal).Replace("7ld", "xxx", StringComparison.Ordinal).Replace("6e7", "xxx", StringComparison.Ordinal)))).Status);

        string Replace(string what, string with)
        {
            Assert.Contains(what, claims, StringComparison.Ordinal);
            return claims.Replace(what, with, StringComparison.Ordinal);
        }

        async Task<Answer> SendAsync(string body)
        {
            var expiry = DateTimeOffset.UtcNow.AddMinutes(5).ToUnixTimeSeconds();
            var token = Tokens.Forge(
                """{"alg":"RS256","typ":"JWT","kid":"one"}""",
                $$"""{"iss":"{{authority.Address}}","exp":{{expiry}},{{body}}}""",
                data => authority.Rsa.SignData(data, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1));
            using var content = new StringContent(Refresh, Encoding.UTF8, "application/json");
            return await gateway.SendAsync(HttpMethod.Post, "/graphql", content: content, headers: ("Authorization", "Bearer " + token));
        }
    }

    [Fact]
    public void Every_row_of_the_table_is_tested()
    {
        Assert.Equal(Rows().Select(row => row[0]), Providers.Select(row => row.Data.Item1));
    }

    private static IEnumerable<string[]> Rows() => Table.Split('\n')
        .SkipWhile(line => !line.StartsWith("| provider |", StringComparison.Ordinal)).Skip(2).TakeWhile(line => line.StartsWith('|'))
        .Select(line => line.Split('|', StringSplitOptions.TrimEntries)[1..^1]);

    private static IEnumerable<(string Key, string Value)> Row(string provider)
    {
        var row = Rows().Single(row => row[0] == provider);
        return
        [
            .. Values(row[1], "Authentication:Schemes:Bearer:ValidAudiences"),
            .. Values(row[2], "Gateway:Tokens:ScopeClaims"),
            .. Values(row[3], "Gateway:Tokens:WriteScopes"),
            .. row[4].Length > 0 ? new[] { ("Gateway:Tokens:AudienceClaim", row[4].Trim('`')) } : [],
        ];

        static IEnumerable<(string, string)> Values(string cell, string setting) =>
            cell.Split(", ", StringSplitOptions.RemoveEmptyEntries).Select((value, index) => ($"{setting}:{index}", value.Trim('`')));
    }
}
