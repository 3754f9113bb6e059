using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using CliWrap;
using Marketplace.Hosting.Processes;
using Marketplace.Hosting.State;

namespace Marketplace.Hosting.Servers.Redis;

/// <summary>Garnet, Microsoft's server of the Redis protocol, from its package: needs the .NET SDK only.</summary>
internal sealed class GarnetServer(string cacheFolder) : INativeServer
{
    private const string Package = "garnet-server";
    private const string Version = "2.2.8";
    private const string Memory = "256m";

    public string Command => DotNetHost.Path;

    public string Description { get; } =
        $"Garnet {Version} (speaks Redis' protocol; no redis-server on PATH): keeps {Memory} of data, drops the oldest beyond; no modules or functions";

    public IReadOnlyDictionary<string, string> Environment { get; } = new Dictionary<string, string> { ["DOTNET_gcServer"] = "0" };

    public async Task<IReadOnlyList<string>> PrepareAsync(ServerContext context, Action<string> report, CancellationToken cancellationToken)
    {
        var program = await FindOrFetchAsync(report, cancellationToken);
        Directory.CreateDirectory(context.DataFolder);
        const string Configuration = "garnet.json";
        OwnerOnlyFile.Write(Path.Combine(context.DataFolder, Configuration), Encoding.UTF8.GetBytes(Configure(context).ToJsonString()));
        return [program, "--config-import-path", Configuration];
    }

    /// <summary>As a file, because everybody can read a command line.</summary>
    private static JsonObject Configure(ServerContext context)
    {
        var persists = !context.IsEphemeral;
        return new JsonObject
        {
            ["Address"] = "127.0.0.1",
            ["Port"] = context.Port,
            ["AuthenticationMode"] = "Password",
            ["Password"] = context.Password,
            ["QuietMode"] = true,
            ["EnableLua"] = true,
            ["LuaTransactionMode"] = true, // scripts are atomic, as they are in Redis
            ["LogMemorySize"] = Memory,
            ["PageSize"] = "4m",
            ["IndexMemorySize"] = "16m",
            ["DeviceType"] = "RandomAccess", // the default one needs libaio installed
            ["AofMemorySize"] = "32m",
            ["AofPageSize"] = "8m",
            ["CheckpointDir"] = Path.Combine(context.DataFolder, "checkpoints"),
            ["EnableAOF"] = persists,
            ["CommitFrequencyMs"] = persists ? 100 : 0,
            ["Recover"] = persists,
        };
    }

    private async Task<string> FindOrFetchAsync(Action<string> report, CancellationToken cancellationToken)
    {
        var folder = await ToolCache.GetOrFetchAsync(
            cacheFolder,
            string.Create(CultureInfo.InvariantCulture, $"garnet-{Version}"),
            async (target, token) =>
            {
                report($"Fetching Garnet {Version} (111 MB, once) into {cacheFolder}");
                var install = await Cli.Wrap(DotNetHost.Path).WithArguments(["tool", "install", Package, "--version", Version, "--tool-path", target]).RunAsync(token);
                if (!install.IsSuccess)
                {
                    throw new ServerSetupException(
                        $"Redis: no redis-server on PATH, and Garnet {Version} could not be fetched ({install.LastLines()}). "
                        + "Install Redis (apt-get install redis-server, brew install redis) or connect to a NuGet source.");
                }
            },
            cancellationToken);

        // The package's own starter remembers the folder it was installed in, which has another name by now.
        return Directory.EnumerateFiles(folder, "GarnetServer.dll", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.None })
            .MinBy(file => file.Length)
            ?? throw new ServerSetupException($"Redis: '{folder}' holds no Garnet. Remove that folder; it is fetched again.");
    }
}
