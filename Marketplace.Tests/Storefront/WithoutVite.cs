using System.Runtime.CompilerServices;

namespace Marketplace.Tests.Storefront;

/// <summary>Models that tests start serve the app as it was built, as a development server would take time and memory from each.</summary>
internal static class WithoutVite
{
    [ModuleInitializer]
    internal static void Set() => Environment.SetEnvironmentVariable("VITE", "false");
}
