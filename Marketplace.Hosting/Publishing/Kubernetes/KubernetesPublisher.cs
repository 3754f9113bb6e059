using System.Text.Json.Nodes;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Marketplace.Hosting.Publishing.Deployment;
using Marketplace.Hosting.Publishing.Kubernetes.Components;
using Marketplace.Hosting.Publishing.Output;
using static Marketplace.Hosting.Publishing.Kubernetes.KubernetesObject;

namespace Marketplace.Hosting.Publishing.Kubernetes;

/// <summary>Writes the model as a kustomize base, an overlay with every server in the cluster, one with servers elsewhere, and components to add to either.</summary>
internal sealed class KubernetesPublisher(DeploymentReader reader)
{
    private const string Dev = "overlays/dev";
    private const string Production = "overlays/production";
    private const string ProductionServices = $"{Production}/services";
    private const string SecretFolder = "secrets";

    /// <summary>Writes the files into a folder and gives its path.</summary>
    /// <exception cref="DistributedApplicationException">The model has something that Kubernetes has no form for.</exception>
    public async Task<string> WriteAsync(string outputPath, CancellationToken cancellationToken)
    {
        var folder = Path.GetFullPath(outputPath);
        await (await FilesAsync(cancellationToken)).WriteAsync(folder, cancellationToken);
        return folder;
    }

    /// <summary>The files, by their path below the folder.</summary>
    /// <exception cref="DistributedApplicationException">The model has something that Kubernetes has no form for.</exception>
    public async Task<OutputFolder> FilesAsync(CancellationToken cancellationToken)
    {
        var inside = await reader.ReadAsync(ServerPlacement.Inside, cancellationToken);
        var outside = KafkaSecurity.AddTo(await reader.ReadAsync(ServerPlacement.Outside, cancellationToken), inside);
        if (ErrorsOf(inside).Distinct().ToArray() is { Length: > 0 } errors)
        {
            throw new DistributedApplicationException(string.Join('\n', errors));
        }

        var services = inside.Workloads.Where(workload => !workload.IsServer).OrderBy(workload => workload.Name, StringComparer.Ordinal)
            .Select(workload => (Workload: workload, Files: new WorkloadFiles(inside.Name, workload, outside[workload.Name]))).ToArray();
        var servers = inside.Workloads.Where(workload => workload.IsServer).OrderBy(workload => workload.Name, StringComparer.Ordinal).ToArray();
        var output = new OutputFolder();
        output.Add("kustomization.yaml", Kustomization.Of(resources: [Dev]));
        AddBase(output, inside, services);
        AddDev(output, inside, services, servers);
        AddProduction(output, inside, outside, services, servers);
        Keda.AddTo(output, inside, services);
        Monitoring.AddTo(output, inside, services);
        Tracing.AddTo(output, inside, services);
        ExternalSecrets.AddTo(output, outside, services);
        return output;
    }

    private static IEnumerable<string> ErrorsOf(DeployedSystem system)
    {
        var shared = system.Workloads.SelectMany(workload => workload.Mounts.Where(mount => mount is { Type: ContainerMountType.Volume, Source: not null }).Select(mount => (Volume: mount.Source, workload.Name)))
            .GroupBy(mount => mount.Volume).Where(group => group.Count() > 1)
            .Select(group => $"{group.First().Name}: the volume '{group.Key}' is mounted more than once ({string.Join(", ", group.Select(mount => mount.Name))}); a claim belongs to one mount.");
        return system.Workloads.SelectMany(KubernetesNames.ErrorsOf).Concat(shared);
    }

    private static void AddBase(OutputFolder output, DeployedSystem system, (Workload Workload, WorkloadFiles Files)[] services)
    {
        var among = services.Select(service => service.Workload).ToArray();
        foreach (var (workload, files) in services)
        {
            files.AddTo(output, $"base/{workload.Name}", NetworkPolicies.Of(system, workload, among));
        }

        output.AddAsset("base", "namespace.yaml", system.Name);
        output.AddAsset("base", "network.yaml", system.Name);
        output.Add("base/kustomization.yaml", Kustomization.Of(
            resources: ["namespace.yaml", "network.yaml", .. services.Select(service => service.Workload.Name)],
            new KeyValuePair<string, JsonNode?>("namespace", system.Name)));
    }

    private static void AddDev(OutputFolder output, DeployedSystem system, (Workload Workload, WorkloadFiles Files)[] services, Workload[] servers)
    {
        var everything = system.Workloads;
        foreach (var server in servers)
        {
            new WorkloadFiles(system.Name, server, null).AddTo(output, $"{Dev}/{server.Name}", NetworkPolicies.Of(system, server, everything));
        }

        var patches = AddPatches(output, Dev, services, service => service.Files.PatchFor(service.Workload));
        AddOverlay(
            output, Dev, system, services, resources: ["../../base", .. servers.Select(server => server.Name)], patches, "dev", registry: null,
            [.. services.Select(service => NetworkPolicies.ToServers(system, service.Workload, servers))], SecretsOf(system, services));
        AddGitIgnore(output, Dev);
    }

    private static void AddProduction(OutputFolder output, DeployedSystem system, DeployedSystem outside, (Workload Workload, WorkloadFiles Files)[] services, Workload[] servers)
    {
        // Apart from the secrets, so that these may come from elsewhere than from files.
        var patches = AddPatches(output, ProductionServices, services, service => service.Files.PatchFor(outside[service.Workload.Name]));
        foreach (var (workload, files) in services.Where(service => service.Files is { Kind: "Deployment", IsAutoscaled: false } && service.Workload.Replicas < Conventions.AvailableReplicas))
        {
            var path = $"replicas/{workload.Name}.yaml";
            output.Add($"{ProductionServices}/{path}", KubernetesObject.Of(files.ApiVersion, files.Kind, files.Name, null, Spec(new JsonObject { ["replicas"] = Conventions.AvailableReplicas })));
            patches.Add(path);
        }

        AddOverlay(
            output, ProductionServices, system, services, resources: ["../../../base"], patches, "1.0.0", $"registry.example.com/{system.Name}",
            [.. services.Select(service => NetworkPolicies.ToServersElsewhere(system, service.Workload, servers))]);
        output.Add($"{Production}/kustomization.yaml", Kustomization.Of(resources: [Path.GetFileName(ProductionServices)], new("namespace", system.Name), SecretsOf(outside, services)));
        AddGitIgnore(output, Production);
    }

    private static List<string> AddPatches(OutputFolder output, string overlay, (Workload Workload, WorkloadFiles Files)[] services, Func<(Workload Workload, WorkloadFiles Files), JsonNode?> patchOf)
    {
        var paths = new List<string>();
        foreach (var service in services)
        {
            if (patchOf(service) is { } patch)
            {
                var path = $"environment/{service.Workload.Name}.yaml";
                output.Add($"{overlay}/{path}", patch);
                paths.Add(path);
            }
        }

        return paths;
    }

    private static void AddOverlay(
        OutputFolder output, string overlay, DeployedSystem system, (Workload Workload, WorkloadFiles Files)[] services,
        IReadOnlyList<string> resources, IReadOnlyList<string> patches, string tag, string? registry, IReadOnlyList<JsonNode?> policies, params IEnumerable<KeyValuePair<string, JsonNode?>> more)
    {
        var images = List(services.Where(service => service.Workload.IsBuilt).Select(service => (JsonNode)new JsonObject
        {
            ["name"] = service.Workload.Image,
            ["newName"] = registry is null ? null : $"{registry}/{service.Workload.Image}",
            ["newTag"] = tag,
        }));
        var written = policies.OfType<JsonNode>().ToArray();
        if (written.Length > 0)
        {
            output.Add($"{overlay}/network.yaml", written);
        }

        output.Add($"{overlay}/kustomization.yaml", Kustomization.Of(
            resources: [.. resources, .. written.Length > 0 ? (string[])["network.yaml"] : []],
            [new("namespace", system.Name), new("images", images), .. more, Kustomization.Patches(patches)]));
    }

    /// <summary>The Secrets, made of a file for each value.</summary>
    private static KeyValuePair<string, JsonNode?> SecretsOf(DeployedSystem placed, (Workload Workload, WorkloadFiles Files)[] services)
    {
        var generators = List(PodSecret.Of(placed, services).Select(secret => (JsonNode)new JsonObject
        {
            ["name"] = secret.Name,
            ["files"] = List(secret.Values.Select(value => (JsonNode)$"{SecretFolder}/{value.Key}")),
            ["options"] = secret.KeepsName ? new JsonObject { ["disableNameSuffixHash"] = true } : null,
        }));
        return new("secretGenerator", generators);
    }

    /// <summary>Keeps the values out of the repository.</summary>
    private static void AddGitIgnore(OutputFolder output, string overlay) => output.Add($"{overlay}/.gitignore", $"{SecretFolder}/\n");
}
