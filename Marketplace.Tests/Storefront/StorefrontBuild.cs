using System.Diagnostics;

namespace Marketplace.Tests.Storefront;

/// <summary>The app as npm builds it.</summary>
internal static class StorefrontBuild
{
    private static readonly string Folder = Repository.Find("storefront");

    /// <summary>The folder of what browsers load.</summary>
    public static string App => Path.Combine(Folder, "dist");

    /// <summary>The folder of the operations that it registers.</summary>
    public static string Operations => Path.Combine(Folder, "operations");

    /// <summary>Builds it where that was not done.</summary>
    /// <returns>Why that cannot be; null when it is built.</returns>
    public static async Task<string?> EnsureAsync()
    {
        if (File.Exists(Path.Combine(App, "index.html")) && Directory.Exists(Operations))
        {
            return null;
        }

        foreach (var arguments in (string[][])[["ci"], ["run", "build"]])
        {
            try
            {
                using var npm = Process.Start(new ProcessStartInfo(OperatingSystem.IsWindows() ? "npm.cmd" : "npm", arguments) { WorkingDirectory = Folder, RedirectStandardError = true })!;
                var errors = npm.StandardError.ReadToEndAsync();
                await npm.WaitForExitAsync().WaitAsync(TimeSpan.FromMinutes(3));
                if (npm.ExitCode != 0)
                {
                    return $"The app could not be built: {await errors}";
                }
            }
            catch (System.ComponentModel.Win32Exception)
            {
                return "The app is not built, and npm is not installed here.";
            }
        }

        return null;
    }
}
