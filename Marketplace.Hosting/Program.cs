using Marketplace.Hosting.Servers.Kafka;

namespace Marketplace.Hosting;

/// <summary>
/// The embedded broker's process. It lives in this assembly, which lies beside every AppHost and test that uses it, so nothing else
/// has to be built or found.
/// </summary>
internal static class Program
{
    private static async Task<int> Main(string[] args)
    {
        switch (args)
        {
            case [EmbeddedBroker.Command, .. var rest]:
                return await EmbeddedBroker.RunAsync(rest);
            default:
                await Console.Error.WriteLineAsync($"Usage: dotnet Marketplace.Hosting.dll {EmbeddedBroker.Command} …");
                return 2;
        }
    }
}
