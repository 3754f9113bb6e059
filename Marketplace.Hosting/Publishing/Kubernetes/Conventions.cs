using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Marketplace.Hosting.Publishing.Deployment;

namespace Marketplace.Hosting.Publishing.Kubernetes;

/// <summary>What the model does not say about a deployment. An overlay may patch each of these; their reasons are in docs/deploy.md.</summary>
internal static class Conventions
{
    /// <summary>How long a pod goes on serving once its termination has begun, so that no request is still routed to it when it stops; in seconds.</summary>
    public const int PreStopSeconds = 5;

    /// <summary>How long a service may take to finish what is in flight (ServiceDefaultsExtensions.ShutdownTimeout), in seconds.</summary>
    public const int DrainSeconds = 25;

    /// <summary>When Kubernetes kills a pod that was asked to end, in seconds.</summary>
    public const int TerminationSeconds = PreStopSeconds + DrainSeconds + 5;

    /// <summary>The argument with which a service brings its database up to date and ends.</summary>
    public const string MigrateCommand = "migrate";

    public const string AlivePath = "/alive";
    public const string MetricsPath = "/metrics";

    /// <summary>The brokers of a Kafka cluster.</summary>
    public const int Brokers = 3;

    /// <summary>The size of each volume claim.</summary>
    public const string VolumeSize = "10Gi";

    /// <summary>The fewest copies of what is autoscaled, and of any service in production.</summary>
    public const int AvailableReplicas = 2;

    public const int MaxReplicas = 10;

    /// <summary>The share of the requested processor time at which copies are added, in percent.</summary>
    public const int TargetUtilization = 70;

    /// <summary>Messages waiting per copy at which copies are added.</summary>
    public const int LagPerReplica = 500;

    /// <summary>The namespace of the ingress controller, which alone may reach what is external.</summary>
    public const string IngressNamespace = "ingress-nginx";

    public const string MonitoringNamespace = "monitoring";

    public const string KedaNamespace = "keda";

    /// <summary>How long a broker must have been ready before the next is replaced, so that it has caught up with the others; in seconds.</summary>
    public const int BrokerReadySeconds = 30;

    /// <summary>What Redis keeps at most: half of its memory, as saving takes some as well.</summary>
    public const string RedisMemory = "512mb";

    /// <summary>How large the files may get that a container writes besides its volumes.</summary>
    public const string WritableSize = "64Mi";

    /// <summary>The user of Microsoft's .NET images.</summary>
    private const int AppUser = 1654;

    private static readonly Profile Service = new(AppUser, ["/tmp"], "100m", "192Mi", "2", "384Mi");

    // What an autoscaler's target is a share of: with little asked for, the first requests would bring all copies at once.
    private static readonly Profile Autoscaled = Service with { CpuRequest = "500m" };
    private static readonly Profile Container = new(null, null, "50m", "64Mi", "1", "256Mi");
    private static readonly Profile Kafka = new(1000, null, "500m", "1Gi", "2", "2Gi");
    private static readonly Profile Topics = Kafka with { CpuRequest = "100m", MemoryRequest = "256Mi", Cpu = "1", Memory = "512Mi" };
    private static readonly Profile Redis = new(999, [], "100m", "256Mi", "1", "1Gi");
    private static readonly Profile Postgres = new(999, ["/tmp", "/var/run/postgresql"], "250m", "512Mi", "2", "1Gi");

    public static Profile ProfileOf(Workload workload) => workload.Resource switch
    {
        ProjectResource when workload.IsAutoscaled => Autoscaled,
        ProjectResource => Service,
        KafkaServerResource => Kafka,
        TopicsJob => Topics,
        RedisResource => Redis,
        PostgresServerResource => Postgres,
        _ => Container,
    };
}

/// <summary>How a container is run.</summary>
/// <param name="User">The user and group, where the image's own is not a number.</param>
/// <param name="WritableFolders">What it writes to besides its volumes, everything else being read-only; <see langword="null"/> where that is not known.</param>
/// <param name="CpuRequest">The processors it is promised.</param>
/// <param name="MemoryRequest">The memory it is promised.</param>
/// <param name="Cpu">The processors it may use at most.</param>
/// <param name="Memory">The memory beyond which it is ended.</param>
internal sealed record Profile(int? User, IReadOnlyList<string>? WritableFolders, string CpuRequest, string MemoryRequest, string Cpu, string Memory);
