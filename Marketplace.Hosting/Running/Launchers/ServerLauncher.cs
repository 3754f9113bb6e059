using System.Globalization;
using Confluent.Kafka;
using Marketplace.Hosting.ApplicationModel;
using Marketplace.Hosting.Servers;
using Marketplace.Hosting.Servers.Redis;
using Microsoft.Extensions.Configuration;

namespace Marketplace.Hosting.Running.Launchers;

/// <summary>Runs Kafka, Redis and Postgres as native processes.</summary>
internal sealed class ServerLauncher(ProcessStarter starter, CurrentRunState state, IConfiguration configuration) : IResourceLauncher
{
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(15);

    public bool Handles(IResource resource) => resource.IsNativeServer();

    public async Task<IRunningResource> StartAsync(LaunchContext context, CancellationToken cancellationToken)
    {
        var resource = context.Instance.Resource;
        var inputs = await starter.ResolveAsync(context.Instance, cancellationToken);
        try
        {
            var server = Find(resource);
            var description = await DescribeAsync(context, inputs, cancellationToken);
            var spec = await server.PrepareAsync(description, context.Progress, cancellationToken);
            var facts = new LaunchFacts { Source = spec.FileName, Implementation = server.Description, Environment = inputs.Shown };
            var running = starter.StartServer(context, spec with { Name = context.Instance.Id }, facts, Grace);
            _ = CompleteAsync(server, description, running, context);
            return running;
        }
        catch (ServerSetupException exception)
        {
            throw new DistributedApplicationException(exception.Message, exception);
        }
    }

    /// <summary>Beside its start: its health check waits for the result.</summary>
    private static async Task CompleteAsync(INativeServer server, ServerContext description, IRunningResource running, LaunchContext context)
    {
        using var ended = new CancellationTokenSource();
        var completion = server.CompleteAsync(description, ended.Token);
        if (await Task.WhenAny(completion, running.Ended) != completion)
        {
            await ended.CancelAsync();
        }

        try
        {
            await completion;
        }
        catch (OperationCanceledException) when (ended.IsCancellationRequested)
        {
            // It is started again, and then completed.
        }
        catch (Exception exception) when (exception is KafkaException or ServerSetupException)
        {
            context.Log.Append(exception.Message, isError: true);
        }
    }

    private INativeServer Find(IResource resource) => resource switch
    {
        RedisResource => NativeServers.FindRedis(),
        PostgresServerResource => NativeServers.FindPostgres(),
        _ => NativeServers.FindKafka(configuration),
    };

    private async Task<ServerContext> DescribeAsync(LaunchContext context, ProcessInputs inputs, CancellationToken cancellationToken)
    {
        var resource = context.Instance.Resource;
        var keepsData = resource.Annotations.Any(annotation => annotation is ContainerMountAnnotation or PersistenceAnnotation);
        var server = new ServerContext
        {
            Name = resource.Name,
            Port = context.Instance.ListeningPorts[ResourceKinds.PrimaryEndpointOf(resource)!.EndpointName],
            DataFolder = state.Value!.DataFolder(resource.Name),
            IsEphemeral = state.Value.IsTemporary || !keepsData,
            Settings = SettingsOf(resource, inputs),
        };
        return resource switch
        {
            RedisResource { PasswordParameter: { } password } => server with { Password = await ValueAsync(password) },
            PostgresServerResource postgres => server with
            {
                UserName = await postgres.UserNameReference.GetValueAsync(cancellationToken) ?? server.UserName,
                Password = await ValueAsync(postgres.PasswordParameter),
            },
            _ => server,
        };

        async Task<string> ValueAsync(ParameterResource parameter) => await parameter.GetValueAsync(cancellationToken) ?? "";
    }

    private static Dictionary<string, string> SettingsOf(IResource resource, ProcessInputs inputs)
    {
        var settings = inputs.Environment.ToDictionary(variable => variable.Name, variable => variable.Value);
        if (resource.Annotations.OfType<PersistenceAnnotation>().LastOrDefault() is { } persistence)
        {
            var seconds = (persistence.Interval ?? TimeSpan.FromMinutes(1)).TotalSeconds;
            settings[RedisSettings.Save] = string.Create(CultureInfo.InvariantCulture, $"{seconds:0} {persistence.KeysChangedThreshold}");
        }

        return settings;
    }
}
