using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Marketplace.Hosting.Processes;
using Marketplace.Hosting.Servers;
using Marketplace.Hosting.Servers.Kafka;

namespace Marketplace.Hosting.Running;

/// <summary>How the model's projects run here.</summary>
internal static class ProjectProcesses
{
    public static void Configure(IDistributedApplicationBuilder builder)
    {
        var kafka = builder.Resources.OfType<ServerProcess>().FirstOrDefault(server => server.Container is KafkaServerResource);
        var isEmbedded = kafka is not null && kafka.Command == DotNetHost.Path;
        foreach (var project in builder.Resources.OfType<ProjectResource>())
        {
            if (ProgramOf(project) is { } program)
            {
                // Else Aspire starts `dotnet run`, which stays beside each service with 75 MB of its own.
                project.Annotations.Add(new ExecutableAnnotation { Command = program, WorkingDirectory = Path.GetDirectoryName(project.GetProjectMetadata().ProjectPath)! });
            }

            if (project.Annotations.OfType<EndpointAnnotation>().All(endpoint => endpoint.UriScheme == "http"))
            {
                // Else Aspire asks for a development certificate, which nothing here would use.
                builder.CreateResourceBuilder(project).WithoutHttpsCertificate();
            }

            builder.CreateResourceBuilder(project).WithEnvironment(context =>
            {
                // Without a launch profile a service would take itself for deployed.
                context.EnvironmentVariables.TryAdd("DOTNET_ENVIRONMENT", builder.Environment.EnvironmentName);

                // At the end the dashboard goes first: services that kept trying to reach it would outlive the AppHost by 12 seconds.
                context.EnvironmentVariables.Remove("OTEL_DOTNET_EXPERIMENTAL_OTLP_RETRY");
                context.EnvironmentVariables.TryAdd("OTEL_EXPORTER_OTLP_TIMEOUT", "500"); // ms
                if (isEmbedded)
                {
                    foreach (var (name, value) in EmbeddedKafkaServer.ClientVariables)
                    {
                        context.EnvironmentVariables[name] = value;
                    }
                }
            });
        }
    }

    /// <summary>What was published, else what the build has put beside this program: <c>artifacts/bin/PROJECT/CONFIGURATION/PROJECT</c>; null when it is not there.</summary>
    private static string? ProgramOf(ProjectResource project)
    {
        var name = Path.GetFileNameWithoutExtension(project.GetProjectMetadata().ProjectPath);
        if (PublishedPrograms.Find(name) is { } published)
        {
            return published;
        }

        var own = new DirectoryInfo(AppContext.BaseDirectory);
        return own.Parent?.Parent is { } all ? Executable.InFolder(Path.Combine(all.FullName, name, own.Name), name) : null;
    }
}
