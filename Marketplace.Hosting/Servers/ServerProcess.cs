using Aspire.Hosting.ApplicationModel;

namespace Marketplace.Hosting.Servers;

/// <summary>
/// A server's process in the place of its container: same name, and the very same annotations, so that endpoints, health checks, commands,
/// waits and references are those of the container's resource. A type of its own because the orchestrator starts as a process what is an
/// <see cref="ExecutableResource"/>, and nothing else.
/// </summary>
/// <param name="container">The resource that the model was built with.</param>
/// <param name="command">The program.</param>
/// <param name="workingDirectory">The folder it starts in.</param>
internal sealed class ServerProcess(ContainerResource container, string command, string workingDirectory)
    : ExecutableResource(container.Name, command, workingDirectory), IResourceWithConnectionString
{
    private IResourceWithConnectionString Connection => (IResourceWithConnectionString)Container;

    public ContainerResource Container => container;

    public override ResourceAnnotationCollection Annotations => container.Annotations;

    public ReferenceExpression ConnectionStringExpression => Connection.ConnectionStringExpression;

    public string? ConnectionStringEnvironmentVariable => Connection.ConnectionStringEnvironmentVariable;

    public ValueTask<string?> GetConnectionStringAsync(CancellationToken cancellationToken = default) => Connection.GetConnectionStringAsync(cancellationToken);

    IEnumerable<KeyValuePair<string, ReferenceExpression>> IResourceWithConnectionString.GetConnectionProperties() => Connection.GetConnectionProperties();
}
