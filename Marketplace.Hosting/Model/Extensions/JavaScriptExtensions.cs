using Marketplace.Hosting.ApplicationModel;
using Marketplace.Hosting.JavaScript;
using Microsoft.Extensions.Hosting;

namespace Marketplace.Hosting;

/// <summary>JavaScript applications.</summary>
public static class JavaScriptExtensions
{
    /// <summary>Builds the files that Vite makes; another image takes them from <c>/app/dist</c>.</summary>
    private const string Dockerfile =
        """
        FROM node:22-slim
        WORKDIR /app
        COPY package*.json ./
        RUN npm install
        COPY . .
        RUN npm run build

        """;

    /// <summary>Adds an application that Vite serves, started by a script of its <c>package.json</c> in a folder relative to the AppHost's.</summary>
    public static IResourceBuilder<ViteAppResource> AddViteApp(this IDistributedApplicationBuilder builder, string name, string appDirectory, string runScriptName = "dev")
    {
        ArgumentNullException.ThrowIfNull(builder);
        var folder = Path.GetFullPath(appDirectory, builder.AppHostDirectory);
        var app = new ViteAppResource(name, "npm", folder);
        return builder.AddResource(app)
            .WithAnnotation(new JavaScriptRunScriptAnnotation(runScriptName))
            .WithOtlpExporter()
            .WithEnvironment("NODE_ENV", builder.Environment.IsDevelopment() ? "development" : "production")
            .WithIconName("CodeJsRectangle")
            .WithHttpEndpoint(env: "PORT")
            .WithArgs(["run", runScriptName, "--", "--port", new EndpointReference(app, "http").Property(EndpointProperty.TargetPort)])
            .WithAnnotation(new DockerfileBuildAnnotation(folder, Path.Combine(folder, $"{name}.Dockerfile")) { GeneratedText = Dockerfile, BuildOnly = true })
            .WithNpm(install: File.Exists(Path.Combine(folder, "package.json")));
    }

    /// <summary>Uses npm, and installs the packages before the application starts.</summary>
    public static IResourceBuilder<TResource> WithNpm<TResource>(this IResourceBuilder<TResource> resource, bool install = true, string? installCommand = null, string[]? installArgs = null) where TResource : JavaScriptAppResource
    {
        ArgumentNullException.ThrowIfNull(resource);
        var application = resource.ApplicationBuilder;
        var name = $"{resource.Resource.Name}-installer";
        if (application.Resources.FirstOrDefault(known => known.Name == name) is { } replaced)
        {
            application.Resources.Remove(replaced);
            foreach (var wait in resource.Resource.Annotations.OfType<WaitAnnotation>().Where(wait => wait.Resource == replaced).ToArray())
            {
                resource.Resource.Annotations.Remove(wait);
            }
        }

        if (!install || application.ExecutionContext.IsPublishMode)
        {
            return resource;
        }

        var installer = application.AddResource(new JavaScriptInstallerResource(name, resource.Resource.WorkingDirectory))
            .WithArgs([installCommand ?? "install", .. installArgs ?? []])
            .WithParentRelationship(resource.Resource)
            .ExcludeFromManifest();
        return resource.WithAnnotation(new WaitAnnotation(installer.Resource, WaitType.WaitForCompletion));
    }
}
