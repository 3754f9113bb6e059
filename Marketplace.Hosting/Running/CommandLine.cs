namespace Marketplace.Hosting;

/// <summary>The AppHost's command line, which is configuration.</summary>
public static class CommandLine
{
    private static readonly string[] Flags = ["--isolated"];

    /// <summary>Gives flags the value that the configuration's parser demands.</summary>
    /// <param name="args">As the program got them.</param>
    public static string[] Parse(string[] args) => [.. args.Select(arg => Flags.Contains(arg) ? arg + "=true" : arg)];
}
