namespace Marketplace.Hosting.Publishing.Deployment;

internal static class EnvironmentName
{
    /// <summary>Makes a name that a shell accepts, as Aspire does: other characters than ASCII letters, digits and underscores become underscores, and a digit does not come first.</summary>
    public static string Encode(string name)
    {
        var encoded = string.Concat(name.Select(c => char.IsAsciiLetterOrDigit(c) ? c : '_'));
        return encoded.Length > 0 && char.IsAsciiDigit(encoded[0]) ? "_" + encoded : encoded;
    }
}
