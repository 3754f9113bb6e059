namespace Marketplace.Hosting.Running;

/// <summary>Keeps requests within this machine from a proxy that the developer's shell names (<c>HTTP_PROXY</c> and its kin).</summary>
internal static class ProxyBypass
{
    private static readonly string[] Loopback = ["localhost", ".localhost", "127.0.0.1", "[::1]"];

    // Programs differ in which they read.
    private static readonly string[] Spellings = ["no_proxy", "NO_PROXY"];

    /// <summary>For this process and all that it starts: the orchestrator, the dashboard and the services.</summary>
    public static void AddLoopback()
    {
        var given = Spellings.Select(Environment.GetEnvironmentVariable).FirstOrDefault(value => !string.IsNullOrEmpty(value)) ?? "";
        foreach (var spelling in Spellings)
        {
            Environment.SetEnvironmentVariable(spelling, string.Join(',', given.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Union(Loopback)));
        }
    }
}
