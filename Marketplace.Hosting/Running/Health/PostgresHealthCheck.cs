using Microsoft.Extensions.Diagnostics.HealthChecks;
using Npgsql;

namespace Marketplace.Hosting.Running.Health;

/// <summary>Logs in to a Postgres server or database and asks <c>SELECT 1</c>.</summary>
internal sealed class PostgresHealthCheck(string connectionString) : IHealthCheck, IAsyncDisposable
{
    private readonly NpgsqlDataSource _dataSource = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(connectionString)
    {
        ApplicationName = "health-check",
        Timeout = 5,
        CommandTimeout = 5,
        MaxPoolSize = 1,
    });

    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            await using var command = _dataSource.CreateCommand("SELECT 1");
            await command.ExecuteScalarAsync(cancellationToken);
            return HealthCheckResult.Healthy();
        }
        catch (NpgsqlException exception)
        {
            return HealthCheckResult.Unhealthy($"The server does not answer: {exception.Message}");
        }
    }

    public ValueTask DisposeAsync() => _dataSource.DisposeAsync();
}
