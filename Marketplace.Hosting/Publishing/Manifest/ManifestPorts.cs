using Marketplace.Hosting.ApplicationModel;

namespace Marketplace.Hosting.Publishing.Manifest;

/// <summary>The ports of a deployed resource: those the model gives, those a deployment tool chooses, and the rest from 8000 on.</summary>
internal sealed class ManifestPorts
{
    private const int FirstPort = 8000;

    private readonly HashSet<int> _used = [];
    private int _last = FirstPort - 1;

    /// <summary>Each endpoint with the port others use, where the model fixes it, and the port it listens on, where that is known.</summary>
    public IReadOnlyList<(EndpointAnnotation Endpoint, int? Port, int? TargetPort)> Of(IResource resource)
    {
        var bindings = new List<(EndpointAnnotation, int?, int?)>();
        var schemes = new HashSet<string>();
        var isContainer = resource is ContainerResource || resource.Annotations.OfType<DockerfileBuildAnnotation>().Any();
        foreach (var endpoint in resource.Annotations.OfType<EndpointAnnotation>())
        {
            var isHttp = endpoint.UriScheme is "http" or "https";
            var isDefault = resource is ProjectResource && isHttp && schemes.Add(endpoint.UriScheme);
            var target = endpoint.TargetPort
                ?? (isContainer ? endpoint.Port : null)
                ?? (isDefault ? null : Allocate());

            // Deployment tools know the usual ports of HTTP.
            var port = endpoint.Port ?? (target is null && !isHttp ? Allocate() : null);
            _used.UnionWith(new[] { port, target }.OfType<int>());
            bindings.Add((endpoint, port, target));
        }

        return bindings;
    }

    private int Allocate()
    {
        while (!_used.Add(++_last))
        {
        }

        return _last;
    }
}
