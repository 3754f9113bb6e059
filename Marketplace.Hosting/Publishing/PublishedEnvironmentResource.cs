using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Pipelines;
using Marketplace.Hosting.Publishing.Deployment;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Marketplace.Hosting.Publishing;

/// <summary>An environment that is written as files. All of the model goes into it, but what WithComputeEnvironment gives to another.</summary>
/// <param name="name">Its name, after which its steps are called.</param>
public abstract partial class PublishedEnvironmentResource(string name) : Resource(name), IComputeEnvironmentResource
{
    /// <summary>The step that writes the files.</summary>
    internal string PublishStep => $"publish-{Name}";

    /// <inheritdoc />
    public ReferenceExpression GetHostAddressExpression(EndpointReference endpointReference)
    {
        ArgumentNullException.ThrowIfNull(endpointReference);
        return ReferenceExpression.Create($"{DeployedPort.HostOf(endpointReference.Resource)}");
    }

    /// <inheritdoc />
    public ReferenceExpression GetEndpointPropertyExpression(EndpointReferenceExpression endpointReferenceExpression)
    {
        ArgumentNullException.ThrowIfNull(endpointReferenceExpression);
        var endpoint = endpointReferenceExpression.Endpoint;
        return ReferenceExpression.Create($"{DeployedPort.Of(endpoint).Address(endpointReferenceExpression.Property, endpoint.Resource).ToString()}");
    }

    /// <summary>Writes the files into a folder.</summary>
    private protected abstract Task WriteAsync(string folder, PipelineStepContext context);

    internal async Task PublishAsync(PipelineStepContext context)
    {
        // Asked for by its name, a step has the output folder for itself; as a part of "publish" it shares it.
        var output = context.Services.GetRequiredService<IPipelineOutputService>();
        var isAlone = context.Services.GetRequiredService<IOptions<PipelineOptions>>().Value.Step == PublishStep;
        var folder = isAlone ? output.GetOutputDirectory() : output.GetOutputDirectory(this);
        await WriteAsync(folder, context);
        Tell(PublishStep, folder, context);
    }

    /// <summary>Says where a step has written, on the console and to Aspire's CLI.</summary>
    private protected static void Tell(string step, string folder, PipelineStepContext context)
    {
        Log.Written(context.Logger, step, folder);
        context.Summary.Add(step, folder);
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Information, "{Step} has written {Folder}")]
        public static partial void Written(ILogger logger, string step, string folder);
    }
}
