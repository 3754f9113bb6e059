using System.Diagnostics;
using Marketplace.Tests.EndToEnd;
using Xunit;

namespace Marketplace.Tests.Storefront.Browser;

/// <summary>The whole model with the built app, which npm builds first where that was not done.</summary>
public sealed class StorefrontModel : MarketplaceFixture, IAsyncLifetime
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromMinutes(2);

    private string? _obstacle;

    /// <summary>The address of the app; the test is skipped where it cannot be built.</summary>
    public Uri Address
    {
        get
        {
            Assert.SkipWhen(_obstacle is not null, _obstacle ?? "");
            return App.GetEndpoint("storefront");
        }
    }

    async ValueTask IAsyncLifetime.InitializeAsync()
    {
        _obstacle = await BuildAsync();
        if (_obstacle is null)
        {
            await InitializeAsync();
            await App.ResourceNotifications.WaitForResourceHealthyAsync("storefront").WaitAsync(StartLimit);
        }
    }

    private static async Task<string?> BuildAsync()
    {
        var folder = Path.GetFullPath(Path.Combine(Projects.Marketplace_AppHost.ProjectPath, "..", "storefront"));
        if (File.Exists(Path.Combine(folder, "dist", "index.html")))
        {
            return null;
        }

        foreach (var arguments in (string[][])[["ci"], ["run", "build"]])
        {
            try
            {
                using var npm = Process.Start(new ProcessStartInfo(OperatingSystem.IsWindows() ? "npm.cmd" : "npm", arguments) { WorkingDirectory = folder, RedirectStandardError = true })!;
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
