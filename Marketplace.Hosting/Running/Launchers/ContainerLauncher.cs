using System.Globalization;
using Marketplace.Hosting.ApplicationModel;
using Marketplace.Hosting.Processes;

namespace Marketplace.Hosting.Running.Launchers;

/// <summary>Runs a container in the foreground of a container engine's client, which passes signals and output on.</summary>
internal sealed class ContainerLauncher(ProcessStarter starter, CurrentRunState state) : IResourceLauncher
{
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(20);

    public bool Handles(IResource resource) => resource is ContainerResource && !resource.IsNativeServer();

    public async Task<IRunningResource> StartAsync(LaunchContext context, CancellationToken cancellationToken)
    {
        var resource = (ContainerResource)context.Instance.Resource;
        var image = resource.Annotations.OfType<ContainerImageAnnotation>().Last().FullName;
        var engine = await ContainerEngine.FindAsync(cancellationToken);
        var inputs = await starter.ResolveAsync(context.Instance, cancellationToken);
        var spec = new ProcessSpec(engine, [.. Options(resource, context.Instance, inputs), image, .. inputs.ArgumentValues.Select(value => Reachable(resource, value))])
        {
            Name = context.Instance.Id,
            Environment = inputs.Environment.ToDictionary(variable => variable.Name, variable => (string?)Reachable(resource, variable.Value)),
        };
        context.Progress.Report($"Running {image} with {engine}; an image that is not here yet is fetched first.");
        return starter.Start(context, spec, new LaunchFacts { Source = image, Implementation = engine, Environment = inputs.Shown }, Grace);
    }

    private IEnumerable<string> Options(ContainerResource resource, ResourceInstance instance, ProcessInputs inputs)
    {
        var run = state.Value!.Ledger.RunId;
        string[] options = ["run", "--rm", "--name", $"{instance.Id}-{run[..8]}"];
        var network = ContainerEngine.SharesNetwork(resource)
            ? ["--network", "host"]
            : resource.Annotations.OfType<EndpointAnnotation>().Where(endpoint => endpoint.AllocatedEndpoint is not null).SelectMany(PublishedPort);
        var entrypoint = resource.Entrypoint is { } program ? new[] { "--entrypoint", program } : [];

        // By name only: the values come from the client's own environment, so that no secret stands in a command line.
        var variables = inputs.Environment.SelectMany(variable => new[] { "--env", variable.Name });
        return options.Concat(network).Concat(entrypoint).Concat(variables).Concat(resource.Annotations.OfType<ContainerMountAnnotation>().SelectMany(Mount));
    }

    private static string[] PublishedPort(EndpointAnnotation endpoint)
    {
        var port = endpoint.AllocatedEndpoint!.Port;
        return ["--publish", string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{port}:{endpoint.TargetPort ?? port}")];
    }

    private static string[] Mount(ContainerMountAnnotation mount) =>
        ["--volume", (mount.Source is { } source ? $"{source}:{mount.Target}" : mount.Target) + (mount.IsReadOnly ? ":ro" : "")];

    private static string Reachable(ContainerResource resource, string value) => ContainerEngine.SharesNetwork(resource)
        ? value
        : value.Replace("localhost", ContainerEngine.HostName, StringComparison.Ordinal).Replace("127.0.0.1", ContainerEngine.HostName, StringComparison.Ordinal);
}
