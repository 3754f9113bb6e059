using System.Text.RegularExpressions;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Hosting;

namespace Marketplace.Hosting.Publishing.Deployment;

/// <summary>
/// Reads from the model what is deployed. The result depends on the model alone: a parameter's value is used only where the model
/// publishes it as a default, so that nothing of this machine's configuration gets into what is written.
/// </summary>
internal sealed partial class DeploymentReader(DistributedApplicationModel model, DistributedApplicationExecutionContext executionContext, IHostEnvironment host, IComputeEnvironmentResource environment)
{
    private const string ConnectionStringPrefix = "ConnectionStrings__";
    private const int HttpsPort = 443;

    /// <exception cref="DistributedApplicationException">A resource or a value cannot be deployed; all of them are named, a line each.</exception>
    public async Task<DeployedSystem> ReadAsync(ServerPlacement servers, CancellationToken cancellationToken)
    {
        var published = model.Resources.Where(IsPublished).ToArray();
        var errors = published.Select(DeployedResources.ProblemOf).OfType<string>().ToList();
        // By name: PublishAsDockerFile puts another object in the place of the one that references point to.
        var ports = new Dictionary<string, IReadOnlyList<DeployedPort>>(StringComparer.OrdinalIgnoreCase);
        foreach (var resource in published.Where(DeployedResources.IsWorkload))
        {
            await TryAsync(() => Task.FromResult(ports[resource.Name] = DeployedPort.Of(resource)));
        }

        var secrets = new SecretKeys();
        var workloads = new List<Workload>();
        foreach (var resource in published.Where(resource => DeployedResources.IsWorkload(resource) && !(servers == ServerPlacement.Outside && DeployedResources.IsServer(resource))))
        {
            if (DeployedResources.ProblemOf(resource) is null && ports.ContainsKey(resource.Name))
            {
                await TryAsync(async () => workloads.Add(await ReadAsync(resource, servers, secrets, ports, cancellationToken)));
            }
        }

        foreach (var kafka in published.OfType<KafkaServerResource>().Where(kafka => ports.ContainsKey(kafka.Name)))
        {
            if (await TopicsOfAsync(kafka, servers, secrets, ports, cancellationToken) is { } job)
            {
                workloads.Add(job);
            }
        }

        return errors.Count > 0 ? throw new DistributedApplicationException(string.Join('\n', errors.Distinct())) : new DeployedSystem(SystemName, workloads, secrets.All);

        async Task TryAsync(Func<Task> action)
        {
            try
            {
                await action();
            }
            catch (DistributedApplicationException exception)
            {
                errors.Add(exception.Message);
            }
        }
    }

    private bool IsPublished(IResource resource) =>
        resource is not IComputeEnvironmentResource && !resource.IsExcludedFromPublish() && (resource.GetComputeEnvironment() ?? environment) == environment;

    private string SystemName => AppHostSuffix.Replace(host.ApplicationName, "").ToLowerInvariant().Replace('.', '-').Replace('_', '-');

    private async Task<Workload> ReadAsync(IResource resource, ServerPlacement servers, SecretKeys secrets, Dictionary<string, IReadOnlyList<DeployedPort>> ports, CancellationToken cancellationToken)
    {
        var values = new ValueReader(resource, servers, secrets, ports);
        var variables = await resource.VariablesAsync(executionContext, cancellationToken);
        var partsOutside = servers == ServerPlacement.Outside ? PartsOf(variables, secrets) : [];
        var environmentVariables = new SortedDictionary<string, DeployedValue>(StringComparer.Ordinal);
        foreach (var (name, value) in variables.Where(variable => !(variable.Value is EndpointReference { Exists: true } endpoint && DeployedPort.IsDefaultHttps(endpoint.Resource, endpoint.EndpointAnnotation))))
        {
            environmentVariables[name] = partsOutside.TryGetValue(name, out var part) ? part : await values.ReadAsync(value);
        }

        if (resource is ProjectResource)
        {
            environmentVariables.TryAdd("ASPNETCORE_ENVIRONMENT", DeployedValue.Text(Environments.Production));
            environmentVariables.TryAdd("DOTNET_ENVIRONMENT", DeployedValue.Text(Environments.Production));
        }

        if (resource.Annotations.OfType<OtlpExporterAnnotation>().Any())
        {
            environmentVariables.TryAdd("OTEL_SERVICE_NAME", DeployedValue.Text(resource.Name));
        }

        var arguments = new List<DeployedValue>();
        foreach (var argument in await ArgumentsOfAsync(resource, cancellationToken))
        {
            arguments.Add(await values.ReadAsync(argument));
        }

        return new Workload
        {
            Resource = resource,
            Name = DeployedPort.HostOf(resource),
            Image = DeployedResources.ImageOf(resource),
            Build = DeployedResources.BuildOf(resource),
            Entrypoint = (resource as ContainerResource)?.Entrypoint,
            Arguments = arguments,
            Environment = environmentVariables,
            Ports = ports[resource.Name],
            Mounts = [.. resource.Annotations.OfType<ContainerMountAnnotation>()],
            Replicas = resource.Annotations.OfType<ReplicaAnnotation>().LastOrDefault()?.Replicas ?? 1,
            Connections = [.. values.Connections.OrderBy(connection => connection.Workload, StringComparer.Ordinal).ThenBy(connection => connection.Endpoint, StringComparer.Ordinal)],
            InternetPorts = [.. InternetPorts(resource, environmentVariables.Values, ports.Keys).Distinct().Order()],
            Databases = [.. model.Resources.OfType<PostgresDatabaseResource>().Where(database => database.Parent == resource)],
        };
    }

    private async Task<Workload?> TopicsOfAsync(KafkaServerResource kafka, ServerPlacement servers, SecretKeys secrets, Dictionary<string, IReadOnlyList<DeployedPort>> ports, CancellationToken cancellationToken)
    {
        var variables = await kafka.VariablesAsync(executionContext, cancellationToken);
        if (!variables.TryGetValue(KafkaCluster.TopicsVariable, out var topics))
        {
            return null;
        }

        var job = new TopicsJob(kafka);
        var values = new ValueReader(job, servers, secrets, ports);
        return new Workload
        {
            Resource = job,
            Name = job.Name.ToLowerInvariant(),
            Image = KafkaCluster.Image,
            Environment = new SortedDictionary<string, DeployedValue>(StringComparer.Ordinal)
            {
                ["BOOTSTRAP_SERVERS"] = await values.ReadAsync(kafka),
                ["TOPICS"] = await values.ReadAsync(topics),
            },
            Connections = [.. values.Connections],
        };
    }

    /// <summary>The arguments as the model says them: text and references.</summary>
    private async Task<IList<object>> ArgumentsOfAsync(IResource resource, CancellationToken cancellationToken)
    {
        var context = new CommandLineArgsCallbackContext([], resource, cancellationToken) { ExecutionContext = executionContext };
        foreach (var annotation in resource.Annotations.OfType<CommandLineArgsCallbackAnnotation>().ToArray())
        {
            await annotation.Callback(context);
        }

        return context.Args;
    }

    /// <summary>The variables that hold parts of a connection, such as <c>REDIS_HOST</c>; a server elsewhere has them only where someone gives them.</summary>
    private static Dictionary<string, DeployedValue> PartsOf(Dictionary<string, object> variables, SecretKeys secrets)
    {
        var parts = new Dictionary<string, DeployedValue>();
        foreach (var (variable, value) in variables)
        {
            if (value is ConnectionStringReference { Resource: var source } && variable.StartsWith(ConnectionStringPrefix, StringComparison.Ordinal) && DeployedResources.ServerOf(source) is not null)
            {
                var name = variable[ConnectionStringPrefix.Length..];
                var prefix = name.Length == 0 ? "" : DeployedSecret.VariableOf(name) + "_";
                foreach (var (part, _) in source.GetConnectionProperties())
                {
                    parts[prefix + part.ToUpperInvariant()] = secrets.PartOf(source, part, isOptional: true);
                }
            }
        }

        return parts;
    }

    /// <summary>The ports of addresses that are no resource's.</summary>
    private static IEnumerable<int> InternetPorts(IResource resource, IEnumerable<DeployedValue> values, ICollection<string> own)
    {
        foreach (var value in values.Where(value => !value.HasSecret))
        {
            if (Uri.TryCreate(value.ToString(), UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" && !own.Contains(uri.Host, StringComparer.OrdinalIgnoreCase))
            {
                yield return uri.Port;
            }
        }

        // Its address is given where the system is deployed.
        if (resource.Annotations.OfType<ResourceRelationshipAnnotation>().Any(relationship => relationship.Resource is ExternalServiceResource { UrlParameter: not null }))
        {
            yield return HttpsPort;
        }
    }

    [GeneratedRegex(@"\.apphost\z", RegexOptions.IgnoreCase)]
    private static partial Regex AppHostSuffix { get; }
}
