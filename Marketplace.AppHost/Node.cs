using System.ComponentModel;
using System.Diagnostics;
using Marketplace.Hosting.Processes;

/// <summary>Node.js on this machine, which builds the storefront.</summary>
internal static class Node
{
    private static readonly Version Oldest = new(20, 19); // what Vite 8 asks for
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(5);

    /// <summary>The paths of it and of its npm; null where one is missing, or Node is older than Vite takes.</summary>
    public static (string Node, string Npm)? Find() =>
        Executable.Find("npm") is { } npm && Executable.Find("node") is { } node && VersionOf(node) >= Oldest ? (node, npm) : null;

    private static Version? VersionOf(string node)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(node, "--version") { RedirectStandardOutput = true, CreateNoWindow = true })!;
            if (!process.WaitForExit(Limit))
            {
                process.Kill();
                return null;
            }

            return Version.TryParse(process.StandardOutput.ReadToEnd().Trim().TrimStart('v'), out var version) ? version : null;
        }
        catch (Win32Exception)
        {
            return null; // Not a program of this machine.
        }
    }
}
