using Aspire.Hosting.ApplicationModel;
using Marketplace.Hosting.Publishing.Deployment;

namespace Marketplace.Hosting.Publishing;

/// <summary>An environment that is written as files. All of the model goes into it, but what WithComputeEnvironment gives to another.</summary>
/// <param name="name">Its name, after which its steps are called.</param>
public sealed class PublishedEnvironmentResource(string name) : Resource(name), IComputeEnvironmentResource
{
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
}
