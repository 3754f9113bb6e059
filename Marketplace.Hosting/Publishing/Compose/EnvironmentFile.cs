using System.Text.RegularExpressions;

namespace Marketplace.Hosting.Publishing.Compose;

/// <summary>An <c>.env</c> file of Compose: values in single quotes, in which nothing has a meaning but a quote.</summary>
internal static partial class EnvironmentFile
{
    public static string Write(IEnumerable<KeyValuePair<string, string>> variables) =>
        string.Concat(variables.Select(variable => $"{variable.Key}='{variable.Value.Replace("'", "\\'", StringComparison.Ordinal)}'\n"));

    /// <summary>The variables of a file that <see cref="Write"/> wrote.</summary>
    public static Dictionary<string, string> Read(string text) =>
        Variable.Matches(text).ToDictionary(match => match.Groups[1].Value, match => match.Groups[2].Value.Replace("\\'", "'", StringComparison.Ordinal));

    [GeneratedRegex(@"^(\w+)='((?:[^'\\]|\\'|\\)*)'$", RegexOptions.Multiline)]
    private static partial Regex Variable { get; }
}
