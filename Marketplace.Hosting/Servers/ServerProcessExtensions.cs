using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Eventing;
using Marketplace.Hosting.Processes;
using Marketplace.Hosting.Servers.Kafka;
using Marketplace.Hosting.State;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Marketplace.Hosting.Servers;

/// <summary>Runs a server's container as a process of this machine instead.</summary>
internal static partial class ServerProcessExtensions
{
    private static readonly TimeSpan CompletionLimit = TimeSpan.FromMinutes(1);

    /// <summary>Puts a process in the container's place. Whatever refers to the container goes on as it was.</summary>
    public static void RunAsProcess(this IDistributedApplicationBuilder app, ContainerResource container, INativeServer server, RunState state)
    {
        var folder = state.DataFolder(container.Name);
        Directory.CreateDirectory(folder);
        var keepsData = container.Annotations.Any(annotation => annotation is ContainerMountAnnotation);
        MakeUnlikeContainer(app, container);
        app.Resources.Remove(container);
        var process = new ServerProcess(container, server.Command, folder);
        var context = new ServerContext { DataFolder = folder, IsEphemeral = state.IsTemporary || !keepsData };
        IReadOnlyList<string> arguments = [];

        // "dotnet PROGRAM": where the program lies is nothing to read in the dashboard, which shows what follows it.
        var programs = server.Command == DotNetHost.Path ? 1 : 0;
        app.AddResource(process)
            .WithLaunchToolArgs(launch => AddTo(launch, arguments.Take(programs)), showInCommandLine: false)
            .WithArgs(start => AddTo(start, arguments.Skip(programs)))
            .WithEnvironment(environment =>
            {
                foreach (var (name, value) in server.Environment)
                {
                    environment.EnvironmentVariables[name] = value;
                }
            })
            .OnBeforeResourceStarted(async (_, started, cancellationToken) =>
            {
                var log = started.Services.GetRequiredService<ResourceLoggerService>().GetLogger(process);
                context = await DescribeAsync(app, container, context, cancellationToken);
                arguments = await server.PrepareAsync(context, line => Log.Says(log, line), cancellationToken);
                Log.Says(log, server.Description);
            })
            .OnResourceReady(async (_, _, cancellationToken) =>
            {
                // Dependants wait for this too.
                using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
                limit.CancelAfter(CompletionLimit);
                await server.CompleteAsync(context, limit.Token);
            });
        ForwardEvents(app, container, process);
    }

    private static void AddTo(CommandLineArgsCallbackContext context, IEnumerable<string> arguments)
    {
        foreach (var argument in arguments)
        {
            context.Args.Add(argument);
        }
    }

    /// <summary>Takes away what makes it a container, and what only a container understands.</summary>
    private static void MakeUnlikeContainer(IDistributedApplicationBuilder app, ContainerResource container)
    {
        foreach (var annotation in container.Annotations.Where(annotation => annotation
            is ContainerImageAnnotation or ContainerMountAnnotation or ContainerLifetimeAnnotation
            or CommandLineArgsCallbackAnnotation or CertificateTrustConfigurationCallbackAnnotation).ToArray())
        {
            container.Annotations.Remove(annotation);
        }

        // A broker gives clients its own address, so nothing may stand between.
        foreach (var endpoint in container.Annotations.OfType<EndpointAnnotation>())
        {
            endpoint.IsProxied = false;
            endpoint.TargetPort = endpoint.Port;
        }

        // Aspire turns TLS on where a development certificate is trusted; these processes are given none.
        app.CreateResourceBuilder(container).WithoutHttpsCertificate();
    }

    /// <summary>Events go to the object in the model; the handlers of the server's package listen on the one that it was built with.</summary>
    private static void ForwardEvents(IDistributedApplicationBuilder app, ContainerResource container, ServerProcess process)
    {
        var events = app.Eventing;
        events.Subscribe<ConnectionStringAvailableEvent>(process, async (available, cancellationToken) =>
        {
            try
            {
                await events.PublishAsync(new ConnectionStringAvailableEvent(container, available.Services), EventDispatchBehavior.BlockingConcurrent, cancellationToken);
            }
            catch (InvalidOperationException exception) when (exception.Message.Contains("previously registered", StringComparison.Ordinal))
            {
                // The orchestrator's own handler, which knows the name as another object; it has handled the process's event already.
            }

            foreach (var child in ChildrenOf(app, container).OfType<IResourceWithConnectionString>())
            {
                await events.PublishAsync(new ConnectionStringAvailableEvent(child, available.Services), cancellationToken);
            }
        });
        events.Subscribe<ResourceReadyEvent>(process, (ready, cancellationToken) => events.PublishAsync(new ResourceReadyEvent(container, ready.Services), cancellationToken));
        events.Subscribe<BeforeStartEvent>((starting, cancellationToken) =>
        {
            _ = FollowStateAsync(starting.Services.GetRequiredService<ResourceNotificationService>(), [.. ChildrenOf(app, container)], process, cancellationToken);
            return Task.CompletedTask;
        });
    }

    /// <summary>Gives a server's databases its state, which the orchestrator does for containers only.</summary>
    private static async Task FollowStateAsync(ResourceNotificationService notifications, IReadOnlyList<IResource> children, ServerProcess process, CancellationToken cancellationToken)
    {
        string? last = null;
        await foreach (var change in notifications.WatchAsync(cancellationToken))
        {
            if (!ReferenceEquals(change.Resource, process) || change.Snapshot.State?.Text is not { } state || state == last)
            {
                continue;
            }

            last = state;
            foreach (var child in children)
            {
                await notifications.PublishUpdateAsync(child, snapshot => snapshot with
                {
                    State = change.Snapshot.State,
                    StartTimeStamp = change.Snapshot.StartTimeStamp,
                    StopTimeStamp = change.Snapshot.StopTimeStamp,
                });
            }
        }
    }

    private static IEnumerable<IResource> ChildrenOf(IDistributedApplicationBuilder app, ContainerResource container) =>
        app.Resources.OfType<IResourceWithParent>().Where(child => ReferenceEquals(child.Parent, container));

    /// <summary>Adds what is known only when the server is to start.</summary>
    private static async Task<ServerContext> DescribeAsync(IDistributedApplicationBuilder app, ContainerResource container, ServerContext context, CancellationToken cancellationToken)
    {
        var server = context with { Port = container.Annotations.OfType<EndpointAnnotation>().First().Port!.Value };
        return container switch
        {
            RedisResource { PasswordParameter: { } password } => server with { Password = await ValueAsync(password) },
            PostgresServerResource postgres => server with
            {
                UserName = await postgres.UserNameReference.GetValueAsync(cancellationToken) ?? server.UserName,
                Password = await ValueAsync(postgres.PasswordParameter),
            },
            KafkaServerResource => server with
            {
                Topics = KafkaTopics.Parse((await container.VariablesAsync(app.ExecutionContext, cancellationToken)).GetValueOrDefault(KafkaTopics.Setting) as string ?? ""),
            },
            _ => server,
        };

        async Task<string> ValueAsync(ParameterResource parameter) => await parameter.GetValueAsync(cancellationToken) ?? "";
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Information, Message = "{Line}")]
        public static partial void Says(ILogger logger, string line);
    }
}
