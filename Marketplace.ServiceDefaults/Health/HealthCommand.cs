using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;

namespace Microsoft.Extensions.Hosting;

/// <summary>
/// The command <c>health</c>, with which a running service is asked how it is where only a program can be started, as in Compose: a
/// chiseled image has no shell and no client to ask with.
/// </summary>
public static class HealthCommand
{
    private const string DefaultPort = "5000"; // Kestrel's own
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(9);

    /// <summary>Whether <paramref name="args"/> name this command.</summary>
    public static bool IsIn(string[] args) => args is ["health"];

    /// <summary>Asks <c>/health</c> of the instance that the environment of this process describes, and says on standard error what is wrong.</summary>
    /// <returns>The exit code: 0 when it is ready, else 1; after 9 seconds at the latest, within the 10 that the Compose file gives.</returns>
    public static async Task<int> RunAsync()
    {
        using var client = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { Timeout = Timeout };
        var address = $"http://127.0.0.1:{Port()}{OperationalPaths.Ready}";
        try
        {
            using var answer = await client.GetAsync(new Uri(address));
            if (answer.IsSuccessStatusCode)
            {
                return 0;
            }

            await Console.Error.WriteLineAsync($"{address}: {(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync()}");
        }
        catch (Exception exception) when (exception is HttpRequestException or OperationCanceledException)
        {
            await Console.Error.WriteLineAsync($"{address}: {exception.Message}");
        }

        return 1;
    }

    // Read as ASP.NET Core reads them ("Configure endpoints for Kestrel"): addresses before ports, the bare name before its prefixes.
    private static string Port()
    {
        var settings = new ConfigurationBuilder().AddEnvironmentVariables("DOTNET_").AddEnvironmentVariables("ASPNETCORE_").AddEnvironmentVariables().Build();
        return First(settings["urls"]) is { } url ? BindingAddress.Parse(url).Port.ToString(CultureInfo.InvariantCulture) : First(settings["http_ports"]) ?? DefaultPort;
    }

    private static string? First(string? list) => list?.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).FirstOrDefault();
}
