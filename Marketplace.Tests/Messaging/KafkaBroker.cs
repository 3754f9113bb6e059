using System.Collections.Concurrent;
using System.Text;
using Confluent.Kafka;
using Marketplace.Contracts;
using Marketplace.Messaging;
using Marketplace.Tests.Hosting.Servers;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Xunit;

namespace Marketplace.Tests.Messaging;

/// <summary>The tests that share one broker, so that a machine starts one only.</summary>
[CollectionDefinition]
public sealed class SharedKafka : ICollectionFixture<KafkaBroker>;

/// <summary>A broker (whichever the model would use on this machine), with topics for each test, and processes that use it.</summary>
public sealed class KafkaBroker : IAsyncLifetime
{
    // An embedded broker has the topics it was started with and no others.
    private static readonly string[] SinglePartition = [.. Enumerable.Range(0, 32).Select(i => $"single-{i}")];
    private static readonly string[] Partitioned = [.. Enumerable.Range(0, 20).Select(i => $"partitioned-{i}")];
    private static readonly string[] Markets = [.. Enumerable.Range(0, 26).Select(i => $"market-{i}")];

    private readonly ConcurrentQueue<string> _singlePartition = new(SinglePartition);
    private readonly ConcurrentQueue<string> _partitioned = new(Partitioned);
    private readonly ConcurrentQueue<string> _markets = new(Markets);
    private RunningServer? _server;

    /// <summary>The group protocols that the broker knows: an embedded one has only the classic one.</summary>
    public static TheoryData<GroupProtocol> Protocols => IsApache ? [GroupProtocol.Classic, GroupProtocol.Consumer] : [GroupProtocol.Classic];

    private static bool IsApache => !string.IsNullOrEmpty(Environment.GetEnvironmentVariable("KAFKA_HOME"));

    /// <summary>What a process needs to know of it.</summary>
    internal IReadOnlyList<KeyValuePair<string, string?>> Settings =>
    [
        new("ConnectionStrings:kafka", _server!.Address),

        // An embedded broker answers an empty fetch no sooner than this.
        new("Aspire:Confluent:Kafka:Consumer:Config:FetchWaitMaxMs", "10"),
    ];

    /// <summary>The topic of replies to a market's commands.</summary>
    public static string RepliesOf(string market) => $"{market}.replies";

    /// <summary>A topic of one partition that no other test uses; it has a dead-letter topic.</summary>
    public string TakeTopic() => Take(_singlePartition);

    /// <summary>The same with 12 partitions.</summary>
    public string TakePartitionedTopic() => Take(_partitioned);

    /// <summary>A marketplace with topics for commands (12 partitions) and replies (1) that no other test uses.</summary>
    public string TakeMarket() => Take(_markets);

    public async ValueTask InitializeAsync()
    {
        var topics = SinglePartition.SelectMany(topic => (string[])[$"{topic}:1", $"{DeadLetterQueue.TopicOf(topic)}:1"])
            .Concat(Partitioned.SelectMany(topic => (string[])[$"{topic}:12", $"{DeadLetterQueue.TopicOf(topic)}:1"]))
            .Concat(Markets.SelectMany(market => (string[])[$"{Topics.GetProduct(market)}:12", $"{DeadLetterQueue.TopicOf(Topics.GetProduct(market))}:1", $"{RepliesOf(market)}:1"]));
        _server = await TestServers.StartKafkaAsync(topics);
    }

    public ValueTask DisposeAsync() => _server?.DisposeAsync() ?? ValueTask.CompletedTask;

    /// <summary>Ends the broker and starts it again.</summary>
    internal async Task RestartAsync()
    {
        await _server!.StopAsync();
        await _server.StartAsync();
    }

    /// <summary>Leaves out a test of what an embedded broker cannot do.</summary>
    internal static void RequireApache() => Assert.SkipUnless(IsApache, "KAFKA_HOME names no Apache Kafka.");

    /// <summary>A setting of every consumer.</summary>
    internal static KeyValuePair<string, string?> ConsumerSetting(string name, object value) => new($"Aspire:Confluent:Kafka:Consumer:Config:{name}", $"{value}");

    /// <summary>For what operators do.</summary>
    internal IAdminClient CreateAdmin() => new AdminClientBuilder(new AdminClientConfig { BootstrapServers = _server!.Address }).Build();

    /// <summary>For transactions.</summary>
    internal IProducer<string, string> CreateTransactionalProducer(string id) =>
        new ProducerBuilder<string, string>(new ProducerConfig { BootstrapServers = _server!.Address, TransactionalId = id }).Build();

    /// <summary>A process with messaging, ready.</summary>
    internal async Task<MessagingProcess> StartAsync(Action<MessagingBuilder, IServiceCollection> configure, params IEnumerable<KeyValuePair<string, string?>> settings)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new() { ApplicationName = "tests" });
        builder.Configuration.AddInMemoryCollection([.. Settings, .. settings]);
        configure(builder.AddMessaging(), builder.Services);
        var process = new MessagingProcess(builder.Build());
        await process.StartAsync(TestContext.Current.CancellationToken);
        return process;
    }

    /// <summary>Sends bytes as they are: no envelope but the headers given.</summary>
    internal async Task ProduceAsync(string topic, params (string Key, string Value, Headers Headers)[] messages)
    {
        using var producer = new ProducerBuilder<string, string>(new ProducerConfig { BootstrapServers = _server!.Address, LingerMs = 0 }).Build();
        foreach (var (key, value, headers) in messages)
        {
            await producer.ProduceAsync(topic, new Message<string, string> { Key = key, Value = value, Headers = headers }, TestContext.Current.CancellationToken);
        }
    }

    /// <summary>Sends bytes as they are, spread over the partitions.</summary>
    internal async Task ProduceBytesAsync(string topic, IEnumerable<Message<byte[], byte[]?>> messages)
    {
        using var producer = new ProducerBuilder<byte[], byte[]?>(new ProducerConfig { BootstrapServers = _server!.Address, LingerMs = 0 }).Build();
        await Task.WhenAll(messages.Select(message => producer.ProduceAsync(topic, message, TestContext.Current.CancellationToken)));
    }

    /// <summary>The first messages of a topic of one partition, waited for.</summary>
    internal Task<List<ConsumeResult<string, string>>> ReadAsync(string topic, int count, CancellationToken cancellationToken) =>
        ReadAsync<string>(topic, (read, _) => read == count, cancellationToken);

    /// <summary>All that a topic of one partition holds.</summary>
    internal Task<List<ConsumeResult<string, string>>> ReadAllAsync(string topic, CancellationToken cancellationToken) =>
        ReadAsync<string>(topic, (_, isAtEnd) => isAtEnd, cancellationToken);

    /// <inheritdoc cref="ReadAllAsync"/>
    internal Task<List<ConsumeResult<byte[], byte[]>>> ReadAllBytesAsync(string topic, CancellationToken cancellationToken) =>
        ReadAsync<byte[]>(topic, (_, isAtEnd) => isAtEnd, cancellationToken);

    /// <summary>Headers of a CloudEvent, and others.</summary>
    internal static Headers CloudEvent(string id, params (string Name, string Value)[] others)
    {
        var headers = new Headers();
        foreach (var (name, value) in ((string, string)[])[("ce_id", id), ("ce_type", "test"), ("ce_source", "/tests"), ("ce_specversion", "1.0"), .. others])
        {
            headers.Add(name, Encoding.UTF8.GetBytes(value));
        }

        return headers;
    }

    private Task<List<ConsumeResult<T, T>>> ReadAsync<T>(string topic, Func<int, bool, bool> isEnough, CancellationToken cancellationToken) => Task.Run(
        () =>
        {
            var config = new ConsumerConfig { BootstrapServers = _server!.Address, GroupId = "reader", EnableAutoCommit = false, EnablePartitionEof = true, FetchWaitMaxMs = 10 };
            using var consumer = new ConsumerBuilder<T, T>(config).Build();
            consumer.Assign(new TopicPartitionOffset(topic, 0, Offset.Beginning));
            var read = new List<ConsumeResult<T, T>>();
            for (var isAtEnd = false; !isEnough(read.Count, isAtEnd);)
            {
                var result = consumer.Consume(cancellationToken);
                isAtEnd = result.IsPartitionEOF;
                if (!isAtEnd)
                {
                    read.Add(result);
                }
            }

            return read;
        },
        cancellationToken);

    private static string Take(ConcurrentQueue<string> names) =>
        names.TryDequeue(out var name) ? name : throw new InvalidOperationException("More tests than topics: add some to the lists above.");
}
