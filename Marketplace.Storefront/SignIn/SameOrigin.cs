namespace Marketplace.Storefront.SignIn;

/// <summary>Distinguishes a request of the shop's own page from one that another site made a visitor's browser send.</summary>
internal static class SameOrigin
{
    /// <summary>Every browser names the origin with a POST, and since 2023 how it relates to ours (W3C Fetch Metadata).</summary>
    public static bool Sent(HttpRequest request) => request.Headers["Sec-Fetch-Site"].ToString() is { Length: > 0 } site
        ? site == "same-origin"
        : Uri.TryCreate(request.Headers.Origin, UriKind.Absolute, out var origin) && origin.Authority.Equals(request.Host.Value, StringComparison.OrdinalIgnoreCase);
}
