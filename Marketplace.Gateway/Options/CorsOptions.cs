namespace Marketplace.Gateway.Options;

/// <summary>Pages of other sites that may use the gateway from a browser.</summary>
internal sealed class CorsOptions
{
    /// <summary>Their origins, such as <c>https://shop.example</c>; <c>*</c> allows all.</summary>
    public IList<string> Origins { get; } = [];
}
