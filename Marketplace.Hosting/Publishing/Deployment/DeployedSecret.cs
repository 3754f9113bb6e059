using Aspire.Hosting.ApplicationModel;

namespace Marketplace.Hosting.Publishing.Deployment;

/// <summary>A value that a deployment gets from outside the manifests: a parameter, in a form that fits inside an address where <paramref name="Format"/> says so, or a part of a server that runs elsewhere.</summary>
/// <param name="Key">Its name, unique in the deployment.</param>
/// <param name="Parameter">The parameter, when it is one.</param>
/// <param name="Format"><c>uri</c> for the escaped form of a parameter.</param>
/// <param name="ConfigurationKey">Where the configuration has the value, when it is no parameter.</param>
/// <param name="IsOptional">Whether a deployment may do without it.</param>
internal sealed record DeployedSecret(string Key, ParameterResource? Parameter = null, string? Format = null, string? ConfigurationKey = null, bool IsOptional = false)
{
    /// <summary>A name as Aspire makes variables of it: capitals, digits and underscores, and no digit first.</summary>
    public static string VariableOf(string name)
    {
        var encoded = string.Concat(name.Select(c => char.IsAsciiLetterOrDigit(c) ? char.ToUpperInvariant(c) : '_'));
        return encoded.Length > 0 && char.IsAsciiDigit(encoded[0]) ? "_" + encoded : encoded;
    }
}
