using Aspire.Hosting.ApplicationModel;

namespace Marketplace.Hosting.Publishing.Deployment;

/// <summary>A resource that runs where the system is deployed.</summary>
internal sealed record Workload
{
    public required IResource Resource { get; init; }

    /// <summary>The resource's name in lower case, which is also its host name.</summary>
    public required string Name { get; init; }

    public required string Image { get; init; }

    /// <summary>The folder and Dockerfile an image is built from, where no registry has it.</summary>
    public DockerfileBuildAnnotation? Build { get; init; }

    /// <summary>What the container starts instead of the image's own entry point.</summary>
    public string? Entrypoint { get; init; }

    public IReadOnlyList<DeployedValue> Arguments { get; init; } = [];

    public required IReadOnlyDictionary<string, DeployedValue> Environment { get; init; }

    public IReadOnlyList<DeployedPort> Ports { get; init; } = [];

    public IReadOnlyList<ContainerMountAnnotation> Mounts { get; init; } = [];

    public int Replicas { get; init; } = 1;

    /// <summary>The ports of other workloads that it connects to.</summary>
    public IReadOnlyList<Connection> Connections { get; init; } = [];

    /// <summary>The ports on the internet that it connects to.</summary>
    public IReadOnlyList<int> InternetPorts { get; init; } = [];

    public bool IsServer => DeployedResources.IsServer(Resource);

    public bool IsProject => Resource is ProjectResource;

    public bool IsAutoscaled => Resource.Annotations.OfType<AutoscalingAnnotation>().Any();

    public bool SendsTelemetry => Resource.Annotations.OfType<OtlpExporterAnnotation>().Any();

    /// <summary>Whether its image is one of ours, whose registry and tag a deployment chooses.</summary>
    public bool IsBuilt => IsProject || Build is not null;

    /// <summary>What the model asks to know whether it is ready (WithHttpProbe).</summary>
    public EndpointProbeAnnotation? ReadinessProbe => Resource.Annotations.OfType<EndpointProbeAnnotation>().LastOrDefault(probe => probe.Type == ProbeType.Readiness);

    /// <summary>The port of an endpoint of its own.</summary>
    public DeployedPort PortOf(EndpointReference endpoint) => Ports.First(port => string.Equals(port.Endpoint, endpoint.EndpointName, StringComparison.OrdinalIgnoreCase));

    /// <summary>The databases that are made on it.</summary>
    public IReadOnlyList<PostgresDatabaseResource> Databases { get; init; } = [];
}

/// <summary>A connection to a port of a workload.</summary>
internal readonly record struct Connection(string Workload, string Endpoint);

/// <summary>Where the servers run that others reach by a connection string.</summary>
internal enum ServerPlacement
{
    /// <summary>Beside the services.</summary>
    Inside,

    /// <summary>Elsewhere: each is known by its connection string alone.</summary>
    Outside,
}

/// <summary>The system as it is deployed.</summary>
/// <param name="Name">The application's name, in lower case and without the AppHost's suffix.</param>
/// <param name="Workloads">What runs, in the order of the model.</param>
/// <param name="Secrets">What it gets from outside the manifests, by key.</param>
internal sealed record DeployedSystem(string Name, IReadOnlyList<Workload> Workloads, IReadOnlyList<DeployedSecret> Secrets)
{
    public Workload this[string name] => Workloads.First(workload => workload.Name == name);
}
