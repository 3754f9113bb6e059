using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Marketplace.Hosting.Publishing.Deployment;
using Marketplace.Hosting.Publishing.Output;
using Marketplace.Hosting.Publishing.Secrets;
using Marketplace.Hosting.State;

namespace Marketplace.Hosting.Publishing.Compose;

/// <summary>Writes the model as a Compose file (compose-spec.io) for one machine, beside it an <c>.env</c> with the secrets, which is git-ignored and kept from run to run.</summary>
internal sealed class ComposePublisher(DeploymentReader reader, SecretValues values)
{
    private const string SecretsFile = ".env";

    /// <summary>Writes the files into a folder and gives its path.</summary>
    /// <exception cref="DistributedApplicationException">The model has something that Compose has no form for, or parameters are missing; all of these are named.</exception>
    public async Task<string> WriteAsync(string outputPath, CancellationToken cancellationToken)
    {
        var folder = Path.GetFullPath(outputPath);
        var system = await reader.ReadAsync(ServerPlacement.Inside, cancellationToken);
        var file = Path.Combine(folder, SecretsFile);
        var existing = File.Exists(file) ? EnvironmentFile.Read(await File.ReadAllTextAsync(file, cancellationToken)) : new Dictionary<string, string>();
        var known = system.Secrets.Where(secret => existing.ContainsKey(DeployedSecret.VariableOf(secret.Key))).ToDictionary(secret => secret.Key, secret => existing[DeployedSecret.VariableOf(secret.Key)]);
        var resolved = await values.ResolveAsync(system.Secrets, [.. system.Secrets.Select(secret => secret.Key)], known, cancellationToken);

        await Files(system, folder).WriteAsync(folder, cancellationToken);
        OwnerOnlyFile.Write(file, Encoding.UTF8.GetBytes(EnvironmentFile.Write(resolved.Select(secret => KeyValuePair.Create(DeployedSecret.VariableOf(secret.Key), secret.Value)))));
        return folder;
    }

    /// <summary>The files without the secrets, by their path below <paramref name="folder"/>.</summary>
    /// <exception cref="DistributedApplicationException">The model has something that Compose has no form for.</exception>
    public static OutputFolder Files(DeployedSystem system, string folder)
    {
        var output = new OutputFolder();
        var volumes = VolumesOf(system);
        var services = new JsonObject();
        foreach (var workload in system.Workloads.OrderBy(workload => workload.Name, StringComparer.Ordinal))
        {
            services[workload.Name] = new ComposeService(system, workload, volumes, folder).ToJson();
            foreach (var database in workload.Databases)
            {
                output.Add($"{ComposeService.DatabasesOf(workload)}/{database.Name.ToLowerInvariant()}.sql", DatabaseScript.Of(database));
            }
        }

        var written = new JsonObject(volumes.Values.Order(StringComparer.Ordinal).Select(volume => KeyValuePair.Create(volume, (JsonNode?)new JsonObject())));
        output.Add("compose.yaml", new JsonObject { ["services"] = services, ["volumes"] = written.Count > 0 ? written : null });
        output.Add(".gitignore", $"{SecretsFile}\n");
        return output;
    }

    /// <summary>A short name for each volume of the model, by the model's name: that of the first resource that mounts it.</summary>
    private static Dictionary<string, string> VolumesOf(DeployedSystem system)
    {
        var names = new Dictionary<string, string>();
        foreach (var workload in system.Workloads)
        {
            foreach (var volume in workload.Mounts.Where(mount => mount.Type == ContainerMountType.Volume).Select(mount => mount.Source).OfType<string>())
            {
                var number = 1 + names.Values.Count(name => name.StartsWith($"{workload.Name}-data", StringComparison.Ordinal));
                names.TryAdd(volume, number == 1 ? $"{workload.Name}-data" : string.Create(CultureInfo.InvariantCulture, $"{workload.Name}-data-{number}"));
            }
        }

        return names;
    }
}
