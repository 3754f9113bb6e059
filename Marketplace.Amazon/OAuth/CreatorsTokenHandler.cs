using Marketplace.Amazon.Catalog;
using Marketplace.Products;
using Marketplace.Products.OAuth;
using Microsoft.Extensions.Options;

namespace Marketplace.Amazon.OAuth;

/// <summary>Signs calls as the credential's version wants it; a token is replaced only where Amazon says that the token is at fault.</summary>
internal sealed class CreatorsTokenHandler(AccessTokens tokens, IOptions<AmazonOptions> options) : AccessTokenHandler(tokens)
{
    private readonly string _suffix = Credential.VersionOf(options.Value) is ['2', ..] and var version ? $", Version {version}" : "";

    protected override string Parameter(string token) => token + _suffix;

    protected override async ValueTask<bool> IsTokenRefusedAsync(HttpResponseMessage response, CancellationToken cancellationToken) =>
        await response.TryReadJsonAsync(CatalogJson.Default.CatalogError, cancellationToken) is { Reason: "TokenExpired" or "InvalidToken" };
}
