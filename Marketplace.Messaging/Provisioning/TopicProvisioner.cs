using System.Collections.Concurrent;
using Confluent.Kafka;
using Confluent.Kafka.Admin;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Marketplace.Messaging;

/// <summary>
/// Creates missing topics before anything is sent or read, and knows the number of their partitions, which may grow at any time.
/// Waits for a broker that is not up yet, and for the topics where it cannot create any (an embedded broker).
/// </summary>
/// <remarks>It asks through the client that sends commands and replies, which thereby knows a partition before anything is sent to it.</remarks>
internal sealed partial class TopicProvisioner(
    IEnumerable<TopicDefinition> topics, BrokerAdmin admin, KafkaConnection connection, TimeProvider clock, ILogger<TopicProvisioner> logger) : BackgroundService
{
    private static readonly TimeSpan RequestTimeout = TimeSpan.FromSeconds(5);

    /// <summary>Short, as the query cannot be cancelled: a process that stops while no broker answers waits for it.</summary>
    private static readonly TimeSpan MetadataTimeout = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan RetryDelay = TimeSpan.FromMilliseconds(200);

    /// <summary>The least time between two queries that messages cause: a sender of messages must not be able to flood the brokers with queries.</summary>
    private static readonly TimeSpan LookupInterval = TimeSpan.FromSeconds(1);

    private readonly SemaphoreSlim _lookup = new(1, 1);
    private long? _lookedUpAt;

    private readonly List<TopicDefinition> _topics = [.. topics.DistinctBy(topic => topic.Name)];
    private readonly ConcurrentDictionary<string, int> _partitions = new();
    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes when every topic exists.</summary>
    public Task Ready => _ready.Task;

    /// <summary>The number of partitions of a topic; once <see cref="Ready"/>.</summary>
    /// <exception cref="InvalidOperationException">The topic was not added to this process.</exception>
    public int Partitions(string topic) =>
        _partitions.TryGetValue(topic, out var count)
            ? count
            : throw new InvalidOperationException($"The topic '{topic}' is unknown here: add it with {nameof(MessagingBuilder.AddTopic)}.");

    /// <summary>
    /// Whether a topic has a partition. Asks the brokers, at most once a second, when it has not as far as is known; <c>true</c> when they
    /// do not answer, as nobody knows then.
    /// </summary>
    /// <exception cref="InvalidOperationException">The topic was not added to this process.</exception>
    public async ValueTask<bool> HasPartitionAsync(TopicPartition partition, CancellationToken cancellationToken)
    {
        if (partition.Partition.Value < Partitions(partition.Topic))
        {
            return true;
        }

        await _lookup.WaitAsync(cancellationToken);
        try
        {
            if (_lookedUpAt is not { } last || clock.GetElapsedTime(last) >= LookupInterval)
            {
                await FindAsync(cancellationToken);
                _lookedUpAt = clock.GetTimestamp();
            }
        }
        catch (KafkaException exception)
        {
            Log.LookupFailed(logger, partition.Topic, partition.Partition.Value, exception.Error.Code);
            return true;
        }
        finally
        {
            _lookup.Release();
        }

        return partition.Partition.Value < Partitions(partition.Topic);
    }

    /// <summary>
    /// Where partitions end now, transactions that are not committed left out. One request to each of their brokers, over a connection that
    /// is there: a consumer asked for it would ask for each partition, and first wait for connections of its own.
    /// </summary>
    /// <exception cref="KafkaException">A broker did not answer in time.</exception>
    public async Task<IReadOnlyList<TopicPartitionOffset>> GetEndsAsync(IEnumerable<TopicPartition> partitions, CancellationToken cancellationToken)
    {
        var ends = partitions.Select(partition => new TopicPartitionOffsetSpec { TopicPartition = partition, OffsetSpec = OffsetSpec.Latest() });
        var options = new ListOffsetsOptions { RequestTimeout = RequestTimeout, IsolationLevel = IsolationLevel.ReadCommitted };
        var result = await admin.Client.ListOffsetsAsync(ends, options).WaitAsync(cancellationToken);
        return [.. result.ResultInfos.Select(info => info.TopicPartitionOffsetError.TopicPartitionOffset)];
    }

    public override void Dispose()
    {
        _lookup.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        ErrorCode? logged = null;
        while (true)
        {
            try
            {
                // Queried first: an embedded broker has them, and no controller that could create any.
                if (await FindAsync(stoppingToken))
                {
                    logged = null;
                    if (_ready.TrySetResult())
                    {
                        Log.Ready(logger, _topics.Count);
                    }

                    await Task.Delay(connection.MetadataInterval, clock, stoppingToken);
                    continue;
                }

                await CreateAsync(stoppingToken);
            }
            catch (KafkaException exception)
            {
                // Logged once per cause, not at every attempt.
                if (logged != exception.Error.Code)
                {
                    logged = exception.Error.Code;
                    Log.Waiting(logger, exception.Error.Code, exception.Error.Reason);
                }
            }

            await Task.Delay(RetryDelay, clock, stoppingToken);
        }
    }

    private async Task CreateAsync(CancellationToken cancellationToken)
    {
        var missing = _topics.Where(topic => !_partitions.ContainsKey(topic.Name)).ToList();
        var specifications = missing.Select(topic => new TopicSpecification
        {
            Name = topic.Name,
            NumPartitions = topic.Partitions,
            ReplicationFactor = -1, // the brokers' own default
        });
        try
        {
            await admin.Client.CreateTopicsAsync(specifications, new() { RequestTimeout = RequestTimeout, OperationTimeout = RequestTimeout }).WaitAsync(cancellationToken);
        }
        catch (CreateTopicsException exception)
        {
            var refused = exception.Results.FirstOrDefault(result => result.Error.Code is not (ErrorCode.NoError or ErrorCode.TopicAlreadyExists));
            if (refused is not null)
            {
                throw new KafkaException(refused.Error);
            }
        }
        catch (KafkaException exception) when (exception.Error.Code is ErrorCode.Local_UnsupportedFeature or ErrorCode.UnsupportedVersion)
        {
            Log.CannotCreate(logger);
        }
    }

    private async Task<bool> FindAsync(CancellationToken cancellationToken)
    {
        var metadata = await admin.GetMetadataAsync(MetadataTimeout, cancellationToken);
        foreach (var topic in metadata.Topics.Where(topic => !topic.Error.IsError && topic.Partitions.Count > 0))
        {
            _partitions[topic.Topic] = topic.Partitions.Count;
        }

        return _topics.TrueForAll(topic => _partitions.ContainsKey(topic.Name));
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Information, Message = "{Count} topics are available")]
        public static partial void Ready(ILogger logger, int count);

        [LoggerMessage(Level = LogLevel.Warning, Message = "Waiting for the topics ({Code}): {Reason}")]
        public static partial void Waiting(ILogger logger, ErrorCode code, string reason);

        [LoggerMessage(Level = LogLevel.Warning, Message = "{Topic}: no broker says whether there is a partition {Partition} ({Code})")]
        public static partial void LookupFailed(ILogger logger, string topic, int partition, ErrorCode code);

        [LoggerMessage(Level = LogLevel.Debug, Message = "This broker cannot create topics; waiting for them")]
        public static partial void CannotCreate(ILogger logger);
    }
}

/// <param name="Name">The topic.</param>
/// <param name="Partitions">Its number of partitions when it is created.</param>
/// <param name="TakesReplies">Whether commands may name it for their replies.</param>
internal sealed record TopicDefinition(string Name, int Partitions, bool TakesReplies = false);
