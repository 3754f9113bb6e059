namespace Marketplace.Hosting;

/// <summary>The rules for names, which become host names, file names and parts of variables.</summary>
internal static class ResourceName
{
    private const int MaxLength = 64;

    /// <summary>What is wrong with a name; <see langword="null"/> when nothing is.</summary>
    public static string? ProblemOf(string name) =>
        name.Length is 0 or > MaxLength ? $"has {name.Length} characters; it may have 1 to {MaxLength}"
        : !name.All(c => char.IsAsciiLetterOrDigit(c) || c == '-') ? "has other characters than ASCII letters, digits and hyphens"
        : !char.IsAsciiLetter(name[0]) ? "does not start with a letter"
        : name[^1] == '-' ? "ends with a hyphen"
        : name.Contains("--", StringComparison.Ordinal) ? "has two hyphens in a row"
        : null;
}
