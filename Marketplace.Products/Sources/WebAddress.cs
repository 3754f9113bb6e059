namespace Marketplace.Products;

/// <summary>What a setting with an address may be.</summary>
public static class WebAddress
{
    /// <summary>Whether an address is an absolute one of http or https.</summary>
    public static bool IsValid(Uri? address) => address is { IsAbsoluteUri: true, Scheme: "http" or "https" };
}
