using Marketplace.Hosting.ApplicationModel;

namespace Marketplace.Hosting.Running.Launchers;

/// <summary>Resources that are there without being started: parameters, connection strings, services that run elsewhere.</summary>
internal sealed class ValueLauncher : IResourceLauncher
{
    public bool Handles(IResource resource) => resource is ParameterResource or ExternalServiceResource;

    public async Task<IRunningResource> StartAsync(LaunchContext context, CancellationToken cancellationToken)
    {
        var source = context.Instance.Resource switch
        {
            ParameterResource parameter => await DescribeAsync(parameter, cancellationToken),
            ExternalServiceResource { UrlParameter: { } parameter } => await DescribeAsync(parameter, cancellationToken),
            ExternalServiceResource external => external.Uri?.ToString(),
            _ => null,
        };
        return new RunningWithoutProcess(new LaunchFacts { Source = source });
    }

    private static async Task<string?> DescribeAsync(ParameterResource parameter, CancellationToken cancellationToken)
    {
        var value = await parameter.GetValueAsync(cancellationToken);
        return parameter.Secret ? "(secret)" : value;
    }
}
