using System.Globalization;
using Marketplace.Hosting.ApplicationModel;
using Marketplace.Hosting.Servers.Kafka;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;

namespace Marketplace.Hosting.Running.Health;

/// <summary>Finds the checks of an instance: those of its kind, its HTTP endpoints, and those registered under a key.</summary>
internal sealed class HealthChecks(IServiceProvider services, EnvironmentResolver resolver) : IDisposable
{
    // Not from the factory, which would log every question; and what runs on this machine is not asked through a proxy.
    private readonly HttpClient _loopback = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false });
    private readonly HttpClient _elsewhere = new(new SocketsHttpHandler { AllowAutoRedirect = false });

    public async Task<IReadOnlyList<NamedHealthCheck>> OfAsync(ResourceInstance instance, CancellationToken cancellationToken)
    {
        // The servers' own checks stand in the model under this key, as Aspire names them.
        var ownKey = $"{instance.Resource.Name}_check";
        var checks = new List<NamedHealthCheck>();
        if (await OfKindAsync(instance, cancellationToken) is { } ofKind)
        {
            checks.Add(new NamedHealthCheck(ownKey, ofKind, PortOf(instance)));
        }

        foreach (var annotation in instance.Resource.Annotations.OfType<HealthCheckAnnotation>().DistinctBy(annotation => annotation.Key))
        {
            if (annotation is HttpHealthCheckAnnotation http)
            {
                checks.Add(await OfAddressAsync(instance, http, cancellationToken));
            }
            else if (checks.Count == 0 || annotation.Key != ownKey)
            {
                checks.Add(new NamedHealthCheck(annotation.Key, Registered(annotation.Key)));
            }
        }

        return checks;
    }

    public void Dispose()
    {
        _loopback.Dispose();
        _elsewhere.Dispose();
    }

    private async Task<IHealthCheck?> OfKindAsync(ResourceInstance instance, CancellationToken cancellationToken) => instance.Resource switch
    {
        KafkaServerResource kafka => new KafkaHealthCheck(await ConnectionStringAsync(kafka, cancellationToken), await TopicsAsync(instance, cancellationToken)),
        RedisResource redis => new RedisHealthCheck(await ConnectionStringAsync(redis, cancellationToken)),
        PostgresServerResource or PostgresDatabaseResource => new PostgresHealthCheck(await ConnectionStringAsync((IResourceWithConnectionString)instance.Resource, cancellationToken)),
        _ => null,
    };

    private static int? PortOf(ResourceInstance instance) =>
        ResourceKinds.PrimaryEndpointOf(instance.Resource) is { } endpoint ? instance.ListeningPorts[endpoint.EndpointName] : null;

    private async Task<IReadOnlyList<string>> TopicsAsync(ResourceInstance instance, CancellationToken cancellationToken)
    {
        var environment = await resolver.GetEnvironmentAsync(instance, telemetry: null, cancellationToken);
        var topics = environment.FirstOrDefault(variable => variable.Name == KafkaTopics.Setting)?.Value ?? "";
        return [.. KafkaTopics.Parse(topics).Select(topic => topic.Name)];
    }

    private static async Task<string> ConnectionStringAsync(IResourceWithConnectionString resource, CancellationToken cancellationToken) =>
        await resource.GetConnectionStringAsync(cancellationToken) ?? throw new DistributedApplicationException($"{resource.Name}: its connection string is empty.");

    private async Task<NamedHealthCheck> OfAddressAsync(ResourceInstance instance, HttpHealthCheckAnnotation check, CancellationToken cancellationToken)
    {
        // Each replica's own port: the endpoint's would be answered by any of them.
        var isReplica = instance.Id != instance.Resource.Name;
        var text = isReplica && check.Endpoint is { } endpoint && instance.ListeningPorts.TryGetValue(endpoint.EndpointName, out var port)
            ? string.Create(CultureInfo.InvariantCulture, $"{endpoint.Scheme}://localhost:{port}")
            : await check.Address.GetValueAsync(cancellationToken);
        var address = new Uri(text ?? throw new DistributedApplicationException($"{instance.Id}: the address of its health check is empty."));
        var request = new Uri(address, check.Path);
        return address.IsLoopback
            ? new NamedHealthCheck(check.Key, new HttpEndpointHealthCheck(_loopback, request, check.StatusCode), address.Port)
            : new NamedHealthCheck(check.Key, new HttpEndpointHealthCheck(_elsewhere, request, check.StatusCode));
    }

    private RegisteredHealthCheck Registered(string key)
    {
        var registration = services.GetRequiredService<IOptions<HealthCheckServiceOptions>>().Value.Registrations.FirstOrDefault(known => known.Name == key)
            ?? throw new DistributedApplicationException($"There is no health check '{key}'; register it with builder.Services.AddHealthChecks().");
        return new RegisteredHealthCheck(registration, services);
    }

    /// <summary>A check from the AppHost's own services, made anew for each question as the health check service does.</summary>
    private sealed class RegisteredHealthCheck(HealthCheckRegistration registration, IServiceProvider services) : IHealthCheck
    {
        public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken)
        {
            await using var scope = services.CreateAsyncScope();
            return await registration.Factory(scope.ServiceProvider).CheckHealthAsync(new HealthCheckContext { Registration = registration }, cancellationToken);
        }
    }
}
