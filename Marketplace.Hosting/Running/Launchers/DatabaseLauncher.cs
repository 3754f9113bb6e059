using Marketplace.Hosting.ApplicationModel;
using Npgsql;

namespace Marketplace.Hosting.Running.Launchers;

/// <summary>Creates a database on its server where it is missing. It runs as long as the server does, and waits when that is gone.</summary>
internal sealed class DatabaseLauncher(ResourceNotificationService notifications, TimeProvider time) : IResourceLauncher
{
    private static readonly TimeSpan RetryDelay = TimeSpan.FromMilliseconds(500);

    public bool Handles(IResource resource) => resource is PostgresDatabaseResource;

    public async Task<IRunningResource> StartAsync(LaunchContext context, CancellationToken cancellationToken)
    {
        var database = (PostgresDatabaseResource)context.Instance.Resource;
        while (!await TryCreateAsync(database, context, cancellationToken))
        {
            await Task.Delay(RetryDelay, time, cancellationToken);
        }

        return new RunningWithoutProcess(new LaunchFacts { Source = database.DatabaseName }, ServerGoneAsync(database.Parent, cancellationToken));
    }

    private static async Task<bool> TryCreateAsync(PostgresDatabaseResource database, LaunchContext context, CancellationToken cancellationToken)
    {
        var connectionString = await ((IResourceWithConnectionString)database.Parent).GetConnectionStringAsync(cancellationToken);
        await using var server = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(connectionString) { Database = "postgres", Pooling = false });
        try
        {
            await using var exists = server.CreateCommand("SELECT 1 FROM pg_database WHERE datname = $1");
            exists.Parameters.Add(new NpgsqlParameter { Value = database.DatabaseName });
            if (await exists.ExecuteScalarAsync(cancellationToken) is null)
            {
                await using var create = server.CreateCommand(ScriptOf(database));
                await create.ExecuteNonQueryAsync(cancellationToken);
                context.Log.Say($"Created the database '{database.DatabaseName}'.");
            }

            return true;
        }
        catch (PostgresException exception) when (exception.SqlState == PostgresErrorCodes.DuplicateDatabase)
        {
            return true; // Someone else was quicker.
        }
        catch (PostgresException exception) when (!exception.IsTransient)
        {
            throw new DistributedApplicationException($"The database '{database.DatabaseName}' could not be created: {exception.MessageText} ({exception.SqlState})", exception);
        }
        catch (NpgsqlException exception)
        {
            context.Progress.Report($"The server does not answer yet: {exception.Message}");
            return false;
        }
    }

    private static string ScriptOf(PostgresDatabaseResource database) =>
        database.Annotations.OfType<PostgresCreateDatabaseScriptAnnotation>().LastOrDefault()?.Script
        ?? $"CREATE DATABASE {Quote(database.DatabaseName)}";

    private async Task<Ending> ServerGoneAsync(PostgresServerResource server, CancellationToken cancellationToken)
    {
        var gone = await notifications.WaitForResourceAsync(
            server.Name,
            change => change.Snapshot.State?.Text != KnownResourceStates.Running,
            cancellationToken);
        return new Ending(Afterwards.WaitAgain, Reason: $"{server.Name} ({gone.Snapshot.State?.Text})");
    }

    private static string Quote(string identifier) => "\"" + identifier.Replace("\"", "\"\"", StringComparison.Ordinal) + "\"";
}
