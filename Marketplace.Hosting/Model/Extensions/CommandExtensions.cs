using Marketplace.Hosting.ApplicationModel;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Marketplace.Hosting;

/// <summary>What can be told to a resource.</summary>
public static class CommandExtensions
{
    /// <summary>Adds a command; one of the same name is replaced.</summary>
    public static IResourceBuilder<T> WithCommand<T>(this IResourceBuilder<T> builder, string name, string displayName, Func<ExecuteCommandContext, Task<ExecuteCommandResult>> executeCommand, CommandOptions? commandOptions = null) where T : IResource
    {
        ArgumentNullException.ThrowIfNull(builder);
        var options = commandOptions ?? new CommandOptions();
        foreach (var replaced in builder.Resource.Annotations.OfType<ResourceCommandAnnotation>().Where(command => command.Name == name).ToArray())
        {
            builder.Resource.Annotations.Remove(replaced);
        }

        return builder.WithAnnotation(new ResourceCommandAnnotation(
            name, displayName, options.UpdateState ?? EnabledWhileHealthy, executeCommand, options.Description, options.Parameter, options.ConfirmationMessage, options.IconName, options.IconVariant, options.IsHighlighted));
    }

    /// <summary>Adds a command that sends a request (POST unless said otherwise) to an endpoint of the resource.</summary>
    public static IResourceBuilder<TResource> WithHttpCommand<TResource>(this IResourceBuilder<TResource> builder, string path, string displayName, string? endpointName = null, string? commandName = null, HttpCommandOptions? commandOptions = null) where TResource : IResourceWithEndpoints
    {
        ArgumentNullException.ThrowIfNull(builder);
        var endpoint = builder.HttpEndpoint(endpointName);
        var method = commandOptions?.Method ?? HttpMethod.Post;
        return builder.WithCommand(commandName ?? $"{endpoint.EndpointName}-http-{method.Method.ToLowerInvariant()}-{path}", displayName, SendAsync, commandOptions);

        async Task<ExecuteCommandResult> SendAsync(ExecuteCommandContext context)
        {
            using var client = context.ServiceProvider.GetRequiredService<IHttpClientFactory>().CreateClient();
            using var request = new HttpRequestMessage(method, new Uri(new Uri(endpoint.Url), path));
            try
            {
                using var response = await client.SendAsync(request, context.CancellationToken);
                return response.IsSuccessStatusCode ? CommandResults.Success() : CommandResults.Failure($"{method} {request.RequestUri} was answered with {(int)response.StatusCode}.");
            }
            catch (HttpRequestException exception)
            {
                return CommandResults.Failure($"{method} {request.RequestUri} failed: {exception.Message}");
            }
        }
    }

    private static ResourceCommandState EnabledWhileHealthy(UpdateCommandStateContext context) =>
        context.ResourceSnapshot.HealthStatus is HealthStatus.Healthy ? ResourceCommandState.Enabled : ResourceCommandState.Disabled;
}
