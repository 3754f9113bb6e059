using Marketplace.Hosting.Servers.Kafka;

namespace Marketplace.Hosting;

/// <summary>
/// The embedded broker's process. It lives in this assembly, which lies beside every AppHost and test that uses it, so nothing else
/// has to be built or found.
/// </summary>
internal static class Program
{
    private static Task<int> Main(string[] args) => EmbeddedBroker.RunAsync(args);
}
