using Marketplace.Hosting.ApplicationModel;

namespace Marketplace.Hosting;

/// <summary>A service that runs elsewhere.</summary>
public sealed class ExternalServiceResource : Resource
{
    /// <summary>A service at a known address.</summary>
    public ExternalServiceResource(string name, Uri uri) : base(name) => Uri = uri;

    /// <summary>A service whose address is a parameter.</summary>
    public ExternalServiceResource(string name, ParameterResource urlParameter) : base(name) => UrlParameter = urlParameter;

    /// <summary>The address, when it is known.</summary>
    public Uri? Uri { get; }

    /// <summary>The parameter with the address, when it is not.</summary>
    public ParameterResource? UrlParameter { get; }

    /// <summary>What is wrong with <paramref name="url"/> as a service's address; <see langword="null"/> when nothing is.</summary>
    internal static string? ProblemOf(string? url, out Uri? uri) =>
        !Uri.TryCreate(url, UriKind.Absolute, out uri) || uri.IsFile ? "is not an absolute URL, such as https://api.example.com/."
        : !uri.AbsolutePath.EndsWith('/') ? "has a path that does not end with '/'."
        : uri.Query.Length > 0 || uri.Fragment.Length > 0 ? "has a query or a fragment; it may have neither."
        : null;
}
