using System.Globalization;
using System.Text.Json.Nodes;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Marketplace.Hosting.Publishing.Deployment;

namespace Marketplace.Hosting.Publishing.Compose;

/// <summary>One service of a Compose file.</summary>
internal sealed class ComposeService(DeployedSystem system, Workload workload, IReadOnlyDictionary<string, string> volumes, string folder)
{
    private const string ImageTag = "dev";
    private const string NonRoot = "1654"; // the user of Microsoft's .NET images
    private const string GracePeriod = "30s"; // what a service needs to finish what is in flight, and a little more

    /// <summary>The argument with which a service's program asks the running one for its health and ends (HealthCommand of the service defaults).</summary>
    private const string HealthCommand = "health";

    /// <summary>The folder with the SQL of a server's databases.</summary>
    public static string DatabasesOf(Workload workload) => $"{workload.Name}-databases";

    public JsonObject ToJson()
    {
        var ports = workload.Ports.Where(port => port.IsExternal).Select(port => (JsonNode)string.Create(CultureInfo.InvariantCulture, $"{port.Port}:{port.TargetPort}/{port.Protocol.ToString().ToLowerInvariant()}"));
        var dependencies = Dependencies();
        var isJob = workload.Resource is TopicsJob;
        return new JsonObject
        {
            ["image"] = workload.Resource is KafkaServerResource ? KafkaCluster.Image : workload.IsBuilt ? $"{workload.Image}:{ImageTag}" : workload.Image,
            ["build"] = Build(),
            ["entrypoint"] = isJob ? List("/bin/sh", "-ec") : workload.Entrypoint is { } entrypoint ? List(entrypoint) : null,
            ["command"] = Command(),
            ["environment"] = new JsonObject(Environment().Select(variable => KeyValuePair.Create(variable.Key, (JsonNode?)Interpolated(variable.Value)))),
            ["ports"] = List(ports),
            ["volumes"] = List(Mounts()),
            ["depends_on"] = dependencies.Count > 0 ? dependencies : null,
            ["healthcheck"] = HealthCheck(),
            ["deploy"] = workload.Replicas > 1 ? new JsonObject { ["replicas"] = workload.Replicas } : null,
            ["user"] = workload.IsProject ? NonRoot : null,
            ["read_only"] = workload.IsProject ? true : null,
            ["tmpfs"] = workload.IsProject ? List("/tmp") : null,
            ["cap_drop"] = workload.IsProject ? List("ALL") : null,
            ["security_opt"] = List("no-new-privileges:true"),
            ["stop_grace_period"] = isJob ? null : GracePeriod,
            ["restart"] = isJob ? "on-failure" : "unless-stopped",
        };
    }

    private JsonArray? Command() => workload.Resource is TopicsJob
        ? List(Escaped(KafkaCluster.TopicsScript))
        : List((workload.Resource is RedisResource ? RedisServer.Arguments(workload.Arguments) : workload.Arguments).Select(argument => (JsonNode)Interpolated(argument)));

    private SortedDictionary<string, DeployedValue> Environment()
    {
        var variables = workload.Resource is KafkaServerResource ? KafkaCluster.Variables(workload, workload.Name, [workload.Name]) : new SortedDictionary<string, DeployedValue>(workload.Environment.ToDictionary(), StringComparer.Ordinal);
        switch (workload.Resource)
        {
            case KafkaServerResource:
                variables["KAFKA_NODE_ID"] = DeployedValue.Text("0");
                break;
            case TopicsJob:
                variables["REPLICATION_FACTOR"] = DeployedValue.Text("1");
                break;
        }

        return variables;
    }

    private JsonObject? Build() => workload.Build is not { } build ? null : new JsonObject
    {
        ["context"] = Relative(build.ContextPath),
        ["dockerfile"] = Path.GetRelativePath(build.ContextPath, build.DockerfilePath).Replace('\\', '/'),
    };

    private IEnumerable<JsonNode> Mounts()
    {
        foreach (var mount in workload.Mounts)
        {
            var source = mount.Type == ContainerMountType.BindMount ? Relative(mount.Source!) : mount.Source is { } volume ? volumes[volume] : null;
            yield return new JsonObject
            {
                ["type"] = mount.Type == ContainerMountType.BindMount ? "bind" : "volume",
                ["source"] = source is null ? null : Escaped(source),
                ["target"] = Escaped(mount.Target),
                ["read_only"] = mount.IsReadOnly ? true : null,
            };
        }

        if (workload.Databases.Count > 0)
        {
            yield return new JsonObject { ["type"] = "bind", ["source"] = $"./{DatabasesOf(workload)}", ["target"] = DatabaseScript.Folder, ["read_only"] = true };
        }
    }

    /// <summary>What the model waits for; who waits for Kafka waits for its topics as well.</summary>
    private JsonObject Dependencies()
    {
        var conditions = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var wait in workload.Resource.Annotations.OfType<WaitAnnotation>())
        {
            if (system.Workloads.FirstOrDefault(known => known.Resource.Name == wait.Resource.Name) is { } dependency)
            {
                conditions[dependency.Name] = wait.WaitType == WaitType.WaitForCompletion ? "service_completed_successfully" : HasHealthCheck(dependency) ? "service_healthy" : "service_started";
            }
        }

        foreach (var job in system.Workloads.Where(known => known.Resource is TopicsJob))
        {
            foreach (var kafka in job.Connections.Select(connection => connection.Workload).Distinct())
            {
                if (job == workload)
                {
                    conditions[kafka] = "service_healthy";
                }
                else if (conditions.ContainsKey(kafka))
                {
                    conditions[job.Name] = "service_completed_successfully";
                }
            }
        }

        return new JsonObject(conditions.Select(condition => KeyValuePair.Create(condition.Key, (JsonNode?)new JsonObject { ["condition"] = condition.Value })));
    }

    private JsonObject? HealthCheck() => !HasHealthCheck(workload) ? null : new JsonObject
    {
        ["test"] = workload.Resource switch
        {
            PostgresServerResource => List("CMD", "pg_isready", "--host", "127.0.0.1"),
            RedisResource { PasswordParameter: not null } => List("CMD-SHELL", "REDISCLI_AUTH=\"$$REDIS_PASSWORD\" redis-cli ping | grep -q PONG"),
            RedisResource => List("CMD-SHELL", "redis-cli ping | grep -q PONG"),
            ProjectResource project => List("CMD", $"/app/{DeployedResources.ProgramOf(project)}", HealthCommand),
            // A broker listens once it serves; its own tools would start a Java machine each time.
            _ => List("CMD", "bash", "-c", string.Create(CultureInfo.InvariantCulture, $"</dev/tcp/localhost/{workload.Ports[0].TargetPort}")),
        },
        ["interval"] = "5s",
        ["timeout"] = "10s",
        ["retries"] = 12,
    };

    /// <summary>A server can be asked by what its image brings, a service of ours by itself; of other images nothing is known.</summary>
    private static bool HasHealthCheck(Workload workload) => workload.IsServer || workload is { IsProject: true, ReadinessProbe: not null };

    private string Relative(string path) => Path.GetRelativePath(folder, path).Replace('\\', '/') is var relative && relative.StartsWith("..", StringComparison.Ordinal) ? relative : $"./{relative}";

    private static string Interpolated(DeployedValue value) => value.Format(Escaped, secret => $"${{{DeployedSecret.VariableOf(secret)}}}");

    /// <summary>Text in which Compose finds no variable.</summary>
    private static string Escaped(string text) => text.Replace("$", "$$", StringComparison.Ordinal);

    private static JsonArray? List(params IEnumerable<JsonNode?> items) => new JsonArray([.. items]) is { Count: > 0 } list ? list : null;
}
