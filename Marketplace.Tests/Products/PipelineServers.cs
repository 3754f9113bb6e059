using System.Collections.Concurrent;
using Marketplace.Contracts;
using Marketplace.Messaging;
using Marketplace.Tests.Hosting.Servers;
using Npgsql;
using Xunit;

namespace Marketplace.Tests.Products;

/// <summary>Kafka, Redis and Postgres, started once for the tests of the pipeline. Each test has a marketplace of its own.</summary>
public sealed class PipelineServers : IAsyncLifetime
{
    // An embedded broker has the topics it was started with and no others.
    private static readonly string[] Marketplaces = [.. Enumerable.Range(1, 150).Select(number => $"test{number}")];

    private readonly ConcurrentQueue<string> _marketplaces = new(Marketplaces);
    private Dictionary<string, RunningServer> _servers = [];

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
        var topics = Marketplaces.SelectMany(name => (string[])[Topics.GetProduct(name), DeadLetterQueue.TopicOf(Topics.GetProduct(name)), Topics.ProductPersisted(name)]).Append(Topics.Replies);
        var kafka = TestServers.StartKafkaAsync(topics.Select(topic => $"{topic}:3"));
        var redis = TestServers.StartRedisAsync();
        var postgres = TestServers.StartPostgresAsync();
        _servers = new() { ["kafka"] = await kafka, ["redis"] = await redis, ["postgres"] = await postgres };
        Kafka = (await kafka).Address;
        Redis = TestServers.Redis(await redis);
        Postgres = TestServers.Postgres(await postgres, "marketplace");
        await using var source = NpgsqlDataSource.Create(TestServers.Postgres(await postgres, "postgres"));
        await using var create = source.CreateCommand("CREATE DATABASE marketplace");
        await create.ExecuteNonQueryAsync();
    }

    public async ValueTask DisposeAsync() => await Task.WhenAll(_servers.Values.Select(server => server.DisposeAsync().AsTask()));

    /// <summary>Stops a server until the result is disposed.</summary>
    public async Task<IAsyncDisposable> StopAsync(string server)
    {
        await _servers[server].StopAsync();
        return new Stopped(this, server);
    }

    private async Task StartAsync(string server)
    {
        await _servers[server].StartAsync();
        await (server switch
        {
            "redis" => TestServers.AwaitRedisAsync(_servers[server]),
            "postgres" => TestServers.AwaitPostgresAsync(_servers[server]),
            _ => Task.CompletedTask,
        });
    }

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
