using System.Net;
using System.Net.Http.Headers;

namespace Marketplace.Products.OAuth;

/// <summary>Signs calls with the access token; when it is refused once more with another, where <see cref="AccessTokens.Discard"/> lets there be one.</summary>
/// <param name="tokens">The tokens.</param>
public class AccessTokenHandler(AccessTokens tokens) : DelegatingHandler
{
    private const int ErrorLimit = 64 * 1024;

    /// <inheritdoc/>
    /// <exception cref="AccessTokenException">The marketplace grants no token.</exception>
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        var token = await tokens.GetAsync(cancellationToken);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", Parameter(token));
        var response = await base.SendAsync(request, cancellationToken);
        if (response.StatusCode != HttpStatusCode.Unauthorized)
        {
            return response;
        }

        await response.Content.LoadIntoBufferAsync(ErrorLimit, cancellationToken);
        if (!await IsTokenRefusedAsync(response, cancellationToken) || !tokens.Discard(token))
        {
            return response;
        }

        response.Dispose();
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", Parameter(await tokens.GetAsync(cancellationToken)));
        return await base.SendAsync(request, cancellationToken);
    }

    /// <summary>What follows <c>Bearer</c> in the header: the token alone unless overridden.</summary>
    protected virtual string Parameter(string token) => token;

    /// <summary>Whether a 401 means the token, so that another may fare better: always unless overridden. The body is buffered.</summary>
    protected virtual ValueTask<bool> IsTokenRefusedAsync(HttpResponseMessage response, CancellationToken cancellationToken) => ValueTask.FromResult(true);
}
