using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Marketplace.Hosting.Publishing.Deployment;
using Marketplace.Hosting.Publishing.Output;
using static Marketplace.Hosting.Publishing.Kubernetes.KubernetesObject;

namespace Marketplace.Hosting.Publishing.Kubernetes;

/// <summary>The objects of one workload, a file for each kind.</summary>
internal sealed class WorkloadFiles
{
    private const string PodName = "POD_NAME";
    private const string PodNamespace = "POD_NAMESPACE";
    private const string ResourceAttributes = "OTEL_RESOURCE_ATTRIBUTES";
    private const string AdvertisedListeners = "KAFKA_ADVERTISED_LISTENERS";
    private const int FinishedJobSeconds = 86_400;

    private readonly string _system;
    private readonly Workload _workload;
    private readonly Workload _elsewhere;
    private readonly Workload _common;
    private readonly Mounts _mounts;

    /// <summary>Takes from a workload what is the same wherever its servers run.</summary>
    /// <param name="system">The system's name.</param>
    /// <param name="workload">The workload with its servers beside it.</param>
    /// <param name="outside">The same with its servers elsewhere; <see langword="null"/> for a server.</param>
    public WorkloadFiles(string system, Workload workload, Workload? outside)
    {
        _system = system;
        _workload = Adapted(workload);
        _elsewhere = outside is null ? _workload : Adapted(outside);
        _common = _workload with
        {
            Environment = Where(_workload, (name, value) => _elsewhere.Environment.TryGetValue(name, out var other) && other.Equals(value)),
            Arguments = _workload.Arguments.SequenceEqual(_elsewhere.Arguments) ? _workload.Arguments : [],
        };
        _mounts = Mounts.Of(system, workload);
    }

    /// <summary>The kind of object that makes the pods.</summary>
    public string Kind => _workload.Resource is TopicsJob ? "Job" : _workload.IsServer || _mounts.Claims.Count > 0 ? "StatefulSet" : "Deployment";

    public string ApiVersion => Kind == "Job" ? "batch/v1" : "apps/v1";

    public bool IsAutoscaled => Kind == "Deployment" && _workload.IsAutoscaled;

    /// <summary>The name of the object that makes the pods; a Job cannot be changed, so its name changes with it and with what the overlays add.</summary>
    public string Name => Kind == "Job" ? $"{_workload.Name}-{HashOf(Template(), PodPatchFor(_workload), PodPatchFor(_elsewhere))}" : _workload.Name;

    /// <summary>The Secret that its pods read. Where a value changes, the name of <see cref="PodEnvironment.SecretName"/> does too; a Job, which cannot be changed, has one that keeps its name.</summary>
    public string SecretName => Kind == "Job" ? $"{_workload.Name}-{PodEnvironment.SecretName}" : PodEnvironment.SecretName;

    /// <summary>Adds the files to a folder of the output, and a kustomization that names them.</summary>
    public void AddTo(OutputFolder output, string folder, JsonNode networkPolicy)
    {
        var files = new SortedDictionary<string, JsonNode?[]>(StringComparer.Ordinal)
        {
            [$"{Kind.ToLowerInvariant()}.yaml"] = [PodMaker()],
            ["settings.yaml"] = [Settings.Any() ? KubernetesObject.Of("v1", "ConfigMap", Pods.SettingsOf(_workload), Labels(_system, _workload.Name), Data(Settings)) : null],
            ["files.yaml"] = [.. _mounts.ConfigMaps],
            ["service.yaml"] = [.. Services()],
            ["disruption.yaml"] = [Disruption()],
            ["autoscaler.yaml"] = [IsAutoscaled ? Autoscaler() : null],
            ["ingress.yaml"] = [Ingress()],
            ["network.yaml"] = [networkPolicy],
        };
        var written = files.Where(file => file.Value.Any(document => document is not null)).ToArray();
        foreach (var (file, documents) in written)
        {
            output.Add($"{folder}/{file}", documents.OfType<JsonNode>());
        }

        output.Add($"{folder}/kustomization.yaml", Kustomization.Of(resources: written.Select(file => file.Key)));
    }

    /// <summary>What an overlay adds to the pods: the variables and arguments that depend on where the servers are.</summary>
    /// <param name="placed">The workload as that overlay has it.</param>
    public JsonNode? PatchFor(Workload placed) => PodPatchFor(Adapted(placed)) is { } patch ? Patch(patch) : null;

    /// <summary>A strategic merge patch of the pods.</summary>
    public JsonNode Patch(JsonObject podSpec) =>
        KubernetesObject.Of(ApiVersion, Kind, Name, null, Spec(new JsonObject { ["template"] = new JsonObject { ["spec"] = podSpec } }));

    private JsonObject? PodPatchFor(Workload placed)
    {
        var variables = Where(placed, (name, value) => !_common.Environment.ContainsKey(name));
        var arguments = placed.Arguments.SequenceEqual(_common.Arguments) ? [] : placed.Arguments;
        var environment = new PodEnvironment(SecretName, variables, arguments, placed.Environment.Keys);
        if (!environment.Entries.Any() && arguments.Count == 0)
        {
            return null;
        }

        return new JsonObject
        {
            ["initContainers"] = Migrates ? List(new JsonObject { ["name"] = Conventions.MigrateCommand, ["env"] = List(environment.Entries) }) : null,
            ["containers"] = List(new JsonObject
            {
                ["name"] = _workload.Name,
                ["args"] = List(environment.Arguments),
                ["env"] = List(environment.Entries),
            }),
        };
    }

    private IEnumerable<KeyValuePair<string, string>> Settings =>
        _common.Environment.Where(variable => !variable.Value.HasSecret && variable.Key != AdvertisedListeners).Select(variable => KeyValuePair.Create(variable.Key, variable.Value.ToString()));

    /// <summary>Whether it brings its database up to date before it starts: a service of ours with a database of the model has the command for it, and takes a lock.</summary>
    private bool Migrates => _workload.IsProject && _workload.Resource.Annotations.OfType<ResourceRelationshipAnnotation>()
        .Any(relationship => relationship is { Type: "Reference", Resource: PostgresDatabaseResource });

    private JsonObject PodMaker()
    {
        var spec = new JsonObject { ["selector"] = Kind == "Job" ? null : PodSelector(_workload.Name) };
        switch (Kind)
        {
            case "Job":
                spec["backoffLimit"] = 20;
                spec["ttlSecondsAfterFinished"] = FinishedJobSeconds;
                break;
            case "StatefulSet":
                spec["serviceName"] = GoverningService;
                spec["replicas"] = Replicas;
                spec["podManagementPolicy"] = "Parallel";
                spec["minReadySeconds"] = Replicas > 1 ? Conventions.BrokerReadySeconds : null;
                spec["volumeClaimTemplates"] = List(_mounts.Claims.Select(claim => claim.DeepClone()));
                break;
            default:
                // An autoscaler decides; a number here would undo its decision each time the manifests are applied.
                spec["replicas"] = IsAutoscaled ? null : Replicas;
                spec["revisionHistoryLimit"] = 5;
                spec["minReadySeconds"] = 5;
                spec["strategy"] = new JsonObject { ["type"] = "RollingUpdate", ["rollingUpdate"] = new JsonObject { ["maxSurge"] = 1, ["maxUnavailable"] = 0 } };
                break;
        }

        spec["template"] = Template();
        return KubernetesObject.Of(ApiVersion, Kind, Name, Labels(_system, _workload.Name), Spec(spec));
    }

    private int Replicas => _workload.Resource is KafkaServerResource ? Conventions.Brokers : _workload.Replicas;

    private string GoverningService => _workload.Resource is KafkaServerResource ? Brokers(_workload) : _workload.Name;

    private JsonObject Template()
    {
        var environment = new PodEnvironment(SecretName, _common.Environment.Where(variable => variable.Value.HasSecret), _common.Arguments, _workload.Environment.Keys);
        var container = Pods.Container(_workload, _workload.Name, environment, Settings.Any(), OwnVariables(), _mounts.MountPoints, serves: true);
        if (_workload.Resource is TopicsJob)
        {
            container["command"] = List("/bin/sh", "-ec", PodEnvironment.Escape(KafkaCluster.TopicsScript));
        }

        JsonObject? migration = null;
        if (Migrates)
        {
            migration = Pods.Container(_workload, Conventions.MigrateCommand, environment, Settings.Any(), OwnVariables(), _mounts.MountPoints, serves: false);
            migration["args"] = List((JsonNode)Conventions.MigrateCommand);
        }

        return Pods.Template(_system, _workload, Settings, container, _mounts.Volumes.Select(volume => volume.DeepClone()), migration);
    }

    private IEnumerable<JsonNode> OwnVariables()
    {
        var isBroker = _workload.Resource is KafkaServerResource;
        if (_workload.SendsTelemetry || isBroker)
        {
            yield return PodEnvironment.Field(PodName, "metadata.name");
        }

        if (_workload.SendsTelemetry)
        {
            yield return new JsonObject { ["name"] = ResourceAttributes, ["value"] = $"service.instance.id=$({PodName})" };
        }

        if (isBroker)
        {
            yield return PodEnvironment.Field(PodNamespace, "metadata.namespace");
            yield return new JsonObject { ["name"] = AdvertisedListeners, ["value"] = _workload.Environment[AdvertisedListeners].ToString() };
            yield return PodEnvironment.Field("KAFKA_NODE_ID", "metadata.labels['apps.kubernetes.io/pod-index']");
        }
    }

    private IEnumerable<JsonNode> Services()
    {
        if (_workload.Ports.Count == 0)
        {
            yield break;
        }

        yield return Service(_workload.Name, _workload.Ports, new JsonObject { ["type"] = _workload.Ports.Any(port => port is { IsExternal: true, IsHttp: false }) ? "LoadBalancer" : "ClusterIP" });
        if (_workload.Resource is KafkaServerResource)
        {
            // Brokers find each other before they are ready.
            yield return Service(GoverningService, _workload.Ports, new JsonObject { ["clusterIP"] = "None", ["publishNotReadyAddresses"] = true });
        }
    }

    private JsonObject Service(string name, IReadOnlyList<DeployedPort> ports, JsonObject spec)
    {
        spec["selector"] = Selector(_workload.Name);
        spec["ports"] = List(ports.Select(port => (JsonNode)new JsonObject
        {
            ["name"] = KubernetesNames.Of(port),
            ["port"] = port.Port,
            ["targetPort"] = KubernetesNames.Of(port),
            ["protocol"] = Pods.ProtocolOf(port),
        }));
        return KubernetesObject.Of("v1", "Service", name, Labels(_system, _workload.Name), Spec(spec));
    }

    private JsonObject? Disruption() => Kind == "Job" ? null : KubernetesObject.Of(
        "policy/v1", "PodDisruptionBudget", _workload.Name, Labels(_system, _workload.Name),
        Spec(new JsonObject
        {
            ["maxUnavailable"] = 1,
            // A copy that does not work keeps no node from being emptied; of a server's data there may be no other copy.
            ["unhealthyPodEvictionPolicy"] = _workload.IsServer ? null : "AlwaysAllow",
            ["selector"] = PodSelector(_workload.Name),
        }));

    private JsonObject Autoscaler() => KubernetesObject.Of(
        "autoscaling/v2", "HorizontalPodAutoscaler", _workload.Name, Labels(_system, _workload.Name),
        Spec(new JsonObject
        {
            ["scaleTargetRef"] = new JsonObject { ["apiVersion"] = ApiVersion, ["kind"] = Kind, ["name"] = Name },
            ["minReplicas"] = Math.Max(_workload.Replicas, Conventions.AvailableReplicas),
            ["maxReplicas"] = Math.Max(_workload.Replicas, Conventions.MaxReplicas),
            ["metrics"] = List(new JsonObject
            {
                ["type"] = "Resource",
                ["resource"] = new JsonObject { ["name"] = "cpu", ["target"] = new JsonObject { ["type"] = "Utilization", ["averageUtilization"] = Conventions.TargetUtilization } },
            }),
        }));

    private JsonObject? Ingress()
    {
        var ports = _workload.Ports.Where(port => port is { IsExternal: true, IsHttp: true }).ToArray();
        return ports.Length == 0 ? null : KubernetesObject.Of(
            "networking.k8s.io/v1", "Ingress", _workload.Name, Labels(_system, _workload.Name),
            Spec(new JsonObject
            {
                ["rules"] = List(ports.Select(port => (JsonNode)new JsonObject
                {
                    // The first endpoint has the bare name; an overlay gives the real host.
                    ["host"] = port == ports[0] ? $"{_workload.Name}.{_system}.example" : $"{KubernetesNames.Of(port)}.{_workload.Name}.{_system}.example",
                    ["http"] = new JsonObject
                    {
                        ["paths"] = List(new JsonObject
                        {
                            ["path"] = "/",
                            ["pathType"] = "Prefix",
                            ["backend"] = new JsonObject { ["service"] = new JsonObject { ["name"] = _workload.Name, ["port"] = new JsonObject { ["name"] = KubernetesNames.Of(port) } } },
                        }),
                    },
                })),
            }));
    }

    /// <summary>The workload with the variables that its image needs in a cluster.</summary>
    private static Workload Adapted(Workload workload) => workload.Resource switch
    {
        KafkaServerResource => workload with
        {
            Image = KafkaCluster.Image,
            Environment = KafkaCluster.Variables(workload, $"$({PodName}).{Brokers(workload)}.$({PodNamespace}).svc", [.. Enumerable.Range(0, Conventions.Brokers).Select(broker => $"{workload.Name}-{broker}.{Brokers(workload)}")]),
        },
        // A fresh volume is not empty (lost+found), so the data is in a folder on it.
        PostgresServerResource => With(workload, "PGDATA", "/var/lib/postgresql/data/pgdata"),
        TopicsJob => With(workload, "REPLICATION_FACTOR", "3"),
        // What has an expiry makes room for what is new; a volume that cannot be written costs the snapshot, not the service.
        RedisResource => workload with { Arguments = RedisServer.Arguments(workload.Arguments, $" --maxmemory {Conventions.RedisMemory} --maxmemory-policy volatile-lru --stop-writes-on-bgsave-error no") },
        _ => workload,
    };

    private static Workload With(Workload workload, string name, string value)
    {
        var variables = Where(workload, (_, _) => true);
        variables.TryAdd(name, DeployedValue.Text(value));
        return workload with { Environment = variables };
    }

    private static SortedDictionary<string, DeployedValue> Where(Workload workload, Func<string, DeployedValue, bool> condition) =>
        new(workload.Environment.Where(variable => condition(variable.Key, variable.Value)).ToDictionary(), StringComparer.Ordinal);

    private static string Brokers(Workload kafka) => $"{kafka.Name}-brokers";

    private static string HashOf(params IEnumerable<JsonNode?> nodes) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(YamlWriter.Write("", nodes.OfType<JsonNode>()))))[..8];
}
