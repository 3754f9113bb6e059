using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Microsoft.Extensions.Hosting;

/// <summary>Whether a server answers on the service's own connection. The cause is a word: an exception would be logged with its stack at every probe.</summary>
/// <param name="ask">Asks the server for something small.</param>
/// <param name="causeOf">Names what is wrong with the server; null for an exception that is not its.</param>
internal sealed class ServerHealthCheck(Func<CancellationToken, Task> ask, Func<Exception, string?> causeOf) : IHealthCheck
{
    /// <summary>For the whole check: the first one may have to wait until the client has connected.</summary>
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(3);

    /// <summary>Adds a check of a server that the service can run without.</summary>
    public static void Add(IServiceCollection services, string name, Func<IServiceProvider, CancellationToken, Task> ask, Func<Exception, string?> causeOf) =>
        services.AddHealthChecks().Add(new HealthCheckRegistration(name, provider => new ServerHealthCheck(token => ask(provider, token), causeOf), HealthStatus.Degraded, tags: null, Timeout));

    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            await ask(cancellationToken);
            return HealthCheckResult.Healthy();
        }
        catch (Exception exception) when (causeOf(exception) is { } cause)
        {
            return new HealthCheckResult(context.Registration.FailureStatus, cause);
        }
    }
}
