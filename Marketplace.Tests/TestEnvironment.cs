using System.Runtime.CompilerServices;

namespace Marketplace.Tests;

/// <summary>What all tests and the processes they start have in their environment.</summary>
internal static class TestEnvironment
{
    [ModuleInitializer]
    internal static void Set()
    {
        // Models serve the app as it was built; a development server would take time and memory from each.
        Environment.SetEnvironmentVariable("VITE", "false");

        // Servers in this process watch no settings files: Linux gives a user 128 inotify instances, and each would take one.
        Environment.SetEnvironmentVariable("DOTNET_hostBuilder__reloadConfigOnChange", "false");
    }
}
