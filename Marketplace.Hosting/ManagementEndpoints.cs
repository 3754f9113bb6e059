using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;

namespace Marketplace.Hosting;

/// <summary>Ports of the services that are for operators alone.</summary>
public static class ManagementEndpoints
{
    /// <summary>The endpoint's name.</summary>
    internal const string Name = "management";

    private const int FromHttpPort = 2; // between them is the port of a marketplace's gRPC

    /// <summary>
    /// Gives each project an endpoint <c>management</c>, two above the port of its endpoint <c>http</c>, and gives it by
    /// <c>Management__Port</c>: only there it answers for <c>/metrics</c>. Nothing reaches it from outside.
    /// </summary>
    /// <param name="builder">The model with all of its projects.</param>
    public static void AddManagementEndpoints(this IDistributedApplicationBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        foreach (var project in builder.Resources.OfType<ProjectResource>())
        {
            var service = builder.CreateResourceBuilder(project);
            var port = project.Annotations.OfType<EndpointAnnotation>().First(endpoint => endpoint.Name == "http").Port + FromHttpPort;
            service.WithHttpEndpoint(port, name: Name).WithEnvironment("Management__Port", $"{service.GetEndpoint(Name).Property(EndpointProperty.TargetPort)}");
        }
    }
}
