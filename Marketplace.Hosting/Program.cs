using Marketplace.Hosting.Servers.Kafka;
using Marketplace.Hosting.State;

namespace Marketplace.Hosting;

/// <summary>
/// The helper processes of a run. They live in the engine's own assembly, which lies beside every AppHost and test
/// that uses it, so nothing else has to be built or found.
/// </summary>
internal static class Program
{
    private static async Task<int> Main(string[] args)
    {
        switch (args)
        {
            case [Watchdog.Command, .. var rest]:
                return await Watchdog.RunAsync(rest);
            case [EmbeddedBroker.Command, .. var rest]:
                return await EmbeddedBroker.RunAsync(rest);
            default:
                await Console.Error.WriteLineAsync($"Usage: dotnet Marketplace.Hosting.dll {Watchdog.Command}|{EmbeddedBroker.Command} …");
                return 2;
        }
    }
}
