using Marketplace.Amazon.Catalog;
using Marketplace.Products;

namespace Marketplace.Amazon.OAuth;

/// <summary>Version 2.x, whose tokens Cognito grants for a form, or 3.x, whose tokens Login with Amazon grants for JSON; x: 1 North America, 2 Europe, 3 Far East.</summary>
internal static class Credential
{
    private static readonly Dictionary<string, string> TokenUrls = new()
    {
        ["2.1"] = "https://creatorsapi.auth.us-east-1.amazoncognito.com/oauth2/token",
        ["2.2"] = "https://creatorsapi.auth.eu-south-2.amazoncognito.com/oauth2/token",
        ["2.3"] = "https://creatorsapi.auth.us-west-2.amazoncognito.com/oauth2/token",
        ["3.1"] = "https://api.amazon.com/auth/o2/token",
        ["3.2"] = "https://api.amazon.co.uk/auth/o2/token",
        ["3.3"] = "https://api.amazon.co.jp/auth/o2/token",
    };

    /// <summary>The version with its region.</summary>
    public static string VersionOf(AmazonOptions options) => options.CredentialVersion.Length > 1 ? options.CredentialVersion : options.CredentialVersion + options.Marketplace switch
    {
        "www.amazon.com" or "www.amazon.ca" or "www.amazon.com.mx" or "www.amazon.com.br" => ".1",
        "www.amazon.co.jp" or "www.amazon.sg" or "www.amazon.com.au" => ".3",
        _ => ".2",
    };

    public static HttpRequestMessage TokenRequest(AmazonOptions options)
    {
        var version = VersionOf(options);
        var isForm = version.StartsWith('2');
        var grant = new Dictionary<string, string>
        {
            ["grant_type"] = "client_credentials",
            ["client_id"] = options.CredentialId!,
            ["client_secret"] = options.CredentialSecret!,
            ["scope"] = isForm ? "creatorsapi/default" : "creatorsapi::default",
        };
        HttpContent content = isForm ? new FormUrlEncodedContent(grant) : JsonBodies.Write(grant, CatalogJson.Default.DictionaryStringString);
        return new(HttpMethod.Post, options.TokenUrl ?? new Uri(TokenUrls[version])) { Content = content };
    }
}
