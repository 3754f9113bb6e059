using System.Net.Sockets;
using Marketplace.Hosting.ApplicationModel;

namespace Marketplace.Hosting;

/// <summary>.NET projects.</summary>
public static class ProjectExtensions
{
    /// <summary>Adds a project with the endpoints and variables of its first launch profile.</summary>
    public static IResourceBuilder<ProjectResource> AddProject<TProject>(this IDistributedApplicationBuilder builder, string name) where TProject : IProjectMetadata, new()
    {
        ArgumentNullException.ThrowIfNull(builder);
        var metadata = new TProject();
        var preferred = builder.Configuration["AppHost:DefaultLaunchProfileName"] ?? builder.Configuration["DOTNET_LAUNCH_PROFILE"];
        return builder.AddProject(name, metadata).WithLaunchProfile(LaunchProfile.Find(metadata, preferred) ?? LaunchProfile.First(metadata));
    }

    /// <summary>Adds a project with the endpoints and variables of a launch profile, or with none for <see langword="null"/>.</summary>
    public static IResourceBuilder<ProjectResource> AddProject<TProject>(this IDistributedApplicationBuilder builder, string name, string? launchProfileName) where TProject : IProjectMetadata, new()
    {
        ArgumentNullException.ThrowIfNull(builder);
        var metadata = new TProject();
        var project = builder.AddProject(name, metadata);
        return launchProfileName is null ? project
            : LaunchProfile.Find(metadata, launchProfileName) is { } profile ? project.WithLaunchProfile(profile)
            : project.WithAnnotation(new ModelErrorAnnotation($"has no launch profile '{launchProfileName}' in Properties/launchSettings.json."));
    }

    /// <summary>Runs several copies of the project behind one address.</summary>
    public static IResourceBuilder<ProjectResource> WithReplicas(this IResourceBuilder<ProjectResource> builder, int replicas)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.WithAnnotation(new ReplicaAnnotation(replicas), ResourceAnnotationMutationBehavior.Replace);
    }

    private static IResourceBuilder<ProjectResource> AddProject(this IDistributedApplicationBuilder builder, string name, IProjectMetadata metadata)
    {
        var project = builder.AddResource(new ProjectResource(name))
            .WithAnnotation(metadata)
            .WithOtlpExporter()
            .WithEnvironment("OTEL_DOTNET_EXPERIMENTAL_OTLP_RETRY", "in_memory");
        return builder.ExecutionContext.IsRunMode
            ? project.WithEnvironment(SetUrls)
            : project.WithEnvironment(SetPorts);
    }

    private static void SetUrls(EnvironmentCallbackContext context)
    {
        var urls = ServedByKestrel(context).Select(e => ReferenceExpression.Create($"{e.Scheme}://{e.EndpointAnnotation.TargetHost}:{e.Property(EndpointProperty.TargetPort)}")).ToArray();
        if (urls.Length > 0)
        {
            context.EnvironmentVariables["ASPNETCORE_URLS"] = ReferenceExpression.Join(";", urls);
        }
    }

    private static void SetPorts(EnvironmentCallbackContext context)
    {
        if (context.Resource.Annotations.OfType<EndpointAnnotation>().Any())
        {
            context.EnvironmentVariables["ASPNETCORE_FORWARDEDHEADERS_ENABLED"] = "true";
        }

        foreach (var scheme in ServedByKestrel(context).Where(e => !e.EndpointAnnotation.IsDefaultHttps).GroupBy(e => e.Scheme))
        {
            context.EnvironmentVariables[$"{scheme.Key.ToUpperInvariant()}_PORTS"] = ReferenceExpression.Join(";", [.. scheme.Select(e => ReferenceExpression.Create($"{e.Property(EndpointProperty.TargetPort)}"))]);
        }
    }

    /// <summary>The HTTP endpoints, without those whose port the process learns by a variable of its own.</summary>
    private static IEnumerable<EndpointReference> ServedByKestrel(EnvironmentCallbackContext context) =>
        ((ProjectResource)context.Resource).GetEndpoints().Where(e => (e.IsHttp || e.IsHttps) && e.EndpointAnnotation.TargetPortEnvironmentVariable is null);

    private static IResourceBuilder<ProjectResource> WithLaunchProfile(this IResourceBuilder<ProjectResource> project, LaunchProfile? profile)
    {
        if (profile is null)
        {
            return project;
        }

        if (project.ApplicationBuilder.ExecutionContext.IsPublishMode)
        {
            // Ports of a developer's machine are not published; a deployed web project has both schemes.
            return profile.Addresses.Count == 0 ? project : project
                .WithEndpoint("http", endpoint => endpoint.UriScheme = "http")
                .WithEndpoint("https", endpoint =>
                {
                    endpoint.UriScheme = "https";
                    endpoint.IsDefaultHttps = true;
                });
        }

        var taken = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var address in profile.Addresses)
        {
            var number = 1;
            var name = address.Scheme;
            while (!taken.Add(name))
            {
                name = address.Scheme + ++number;
            }

            project.WithAnnotation(new EndpointAnnotation(ProtocolType.Tcp, address.Scheme, name: name, port: address.Port));
        }

        return project.WithEnvironment(context =>
        {
            context.EnvironmentVariables.TryAdd("DOTNET_LAUNCH_PROFILE", profile.Name);
            foreach (var (name, value) in profile.EnvironmentVariables)
            {
                context.EnvironmentVariables.TryAdd(name, System.Environment.ExpandEnvironmentVariables(value));
            }
        });
    }
}
