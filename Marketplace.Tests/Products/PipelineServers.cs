using System.Collections.Concurrent;
using Marketplace.Messaging.Contracts;
using Xunit;

namespace Marketplace.Tests.Products;

/// <summary>Kafka, Redis and Postgres, started once for the tests of the pipeline. Each test has a marketplace of its own.</summary>
public sealed class PipelineServers : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    // An embedded broker has the topics it was started with and no others.
    private static readonly string[] Marketplaces = [.. Enumerable.Range(1, 80).Select(number => $"test{number}")];

    private readonly ConcurrentQueue<string> _marketplaces = new(Marketplaces);
    private readonly string _folder = Directory.CreateTempSubdirectory("pipeline-").FullName;
    private DistributedApplication? _app;

    /// <summary>A setting for all that read: an embedded broker answers an empty fetch no sooner than this.</summary>
    public static KeyValuePair<string, string?> FastFetches => new("Aspire:Confluent:Kafka:Consumer:Config:FetchWaitMaxMs", "10");

    public string Kafka { get; private set; } = "";

    public string Redis { get; private set; } = "";

    public string Postgres { get; private set; } = "";

    /// <summary>A marketplace that no other test uses.</summary>
    public string TakeMarketplace() =>
        _marketplaces.TryDequeue(out var name) ? name : throw new InvalidOperationException("More tests than marketplaces: add some to the list above.");

    public async ValueTask InitializeAsync()
    {
        using var patience = new CancellationTokenSource(Patience);
        var builder = DistributedApplication.CreateBuilder(new DistributedApplicationOptions
        {
            Args = ["--isolated=true"],
            ProjectDirectory = _folder,
            DisableDashboard = true,
        });
        var topics = Marketplaces.SelectMany(name => (string[])[Topics.GetProduct(name), Topics.DeadLetter(Topics.GetProduct(name)), Topics.ProductPersisted(name)]).Append(Topics.Replies);
        var kafka = builder.AddKafka("kafka").WithEnvironment("KAFKA_TOPICS", string.Join(',', topics.Select(topic => $"{topic}:3")));
        var redis = builder.AddRedis("redis");
        var database = builder.AddPostgres("postgres").AddDatabase("marketplace");
        _app = builder.Build();
        await _app.StartAsync(patience.Token);
        foreach (var resource in (string[])["kafka", "redis", "marketplace"])
        {
            await _app.ResourceNotifications.WaitForResourceHealthyAsync(resource, patience.Token);
        }

        Kafka = await ConnectionStringAsync(kafka.Resource);
        Redis = await ConnectionStringAsync(redis.Resource);
        Postgres = await ConnectionStringAsync(database.Resource);
    }

    public async ValueTask DisposeAsync()
    {
        if (_app is not null)
        {
            await _app.DisposeAsync();
        }

        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>Stops a server until the result is disposed.</summary>
    public async Task<IAsyncDisposable> StopAsync(string server)
    {
        await CommandAsync(server, "resource-stop");
        await _app!.ResourceNotifications.WaitForResourceAsync(server, KnownResourceStates.Exited, TestContext.Current.CancellationToken).WaitAsync(Patience);
        return new Stopped(this, server);
    }

    private async Task StartAsync(string server)
    {
        await CommandAsync(server, "resource-start");
        await _app!.ResourceNotifications.WaitForResourceHealthyAsync(server, TestContext.Current.CancellationToken).WaitAsync(Patience);
    }

    private async Task CommandAsync(string server, string command)
    {
        var result = await _app!.ResourceCommands.ExecuteCommandAsync(server, command, TestContext.Current.CancellationToken);
        Assert.True(result.Success, result.ErrorMessage);
    }

    private static async Task<string> ConnectionStringAsync(IResourceWithConnectionString resource) =>
        await resource.GetConnectionStringAsync() ?? throw new InvalidOperationException($"{resource.Name} has no connection string.");

    private sealed class Stopped(PipelineServers servers, string server) : IAsyncDisposable
    {
        private bool _started;

        public async ValueTask DisposeAsync()
        {
            if (!_started)
            {
                _started = true;
                await servers.StartAsync(server);
            }
        }
    }
}

/// <summary>The tests that share the servers, one after the other: some of them stop one.</summary>
[CollectionDefinition(Name)]
public sealed class Pipeline : ICollectionFixture<PipelineServers>
{
    public const string Name = "Pipeline";
}
