namespace Marketplace.Hosting.Processes;

/// <summary>A program that ends by itself, and how to run it.</summary>
/// <param name="FileName">A path, or a name looked up on PATH.</param>
/// <param name="Arguments">Passed as they are, without a shell.</param>
internal sealed record ProcessSpec(string FileName, params IReadOnlyList<string> Arguments)
{
    /// <summary>The folder to start in; the AppHost's own when null.</summary>
    public string? WorkingDirectory { get; init; }

    /// <summary>The account to run as, for servers that refuse to run as root. Unix only.</summary>
    public string? UserName { get; init; }
}
