using System.ComponentModel.DataAnnotations;

namespace Marketplace.Products;

/// <summary>Allows absolute http and https addresses, and nothing.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class WebAddressAttribute : ValidationAttribute
{
    /// <inheritdoc/>
    public override bool IsValid(object? value) => value is null or Uri { IsAbsoluteUri: true, Scheme: "http" or "https" };
}
