using System.Diagnostics.Metrics;
using Confluent.Kafka;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Marketplace.Messaging;

/// <summary>
/// Reads topics on a thread of its own and hands what is waiting to a handler on the thread pool.
/// With a group, partitions are shared between instances and finished work is committed; without one (broadcast),
/// this instance hears everything from now on and commits nothing.
/// </summary>
internal sealed partial class ConsumerLoop : IHostedService, IDisposable
{
    private static readonly TimeSpan QueryTimeout = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan PauseAfterError = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan PauseAfterFailure = TimeSpan.FromSeconds(1);

    private readonly ConsumerDefinition _definition;
    private readonly BatchRunner _runner;
    private readonly KafkaConnection _connection;
    private readonly TopicProvisioner _topics;
    private readonly ILogger _logger;

    private readonly InFlight _inFlight;
    private readonly PartitionOffsets _offsets;
    private readonly CancellationTokenSource _stopping = new();
    private readonly CancellationTokenSource _abandon = new();
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public ConsumerLoop(ConsumerDefinition definition, BatchRunner runner, KafkaConnection connection, TopicProvisioner topics, TimeProvider clock, ILogger<ConsumerLoop> logger)
    {
        _definition = definition;
        _runner = runner;
        _connection = connection;
        _topics = topics;
        _logger = logger;
        _inFlight = new InFlight(clock);
        _offsets = new PartitionOffsets(definition, _inFlight, clock, logger);
        MessagingTelemetry.Add(this);
    }

    /// <summary>Whether this instance has been given its partitions once.</summary>
    public bool HasJoined { get; private set; }

    public string Name => _definition.Name;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        new Thread(Run) { IsBackground = true, Name = $"kafka {_definition.Topics[0]}" }.Start();
        return Task.CompletedTask;
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _stopping.CancelAsync();
        await _ended.Task.WaitAsync(cancellationToken);
    }

    public IEnumerable<Measurement<long>> Lag() => _offsets.Lag();

    public Measurement<long> InFlight() =>
        new(_inFlight.Count, MessagingTelemetry.Destination(_definition.Topics[0]), MessagingTelemetry.Group(_definition.Group));

    public void Dispose()
    {
        MessagingTelemetry.Remove(this);
        _stopping.Dispose();
        _abandon.Dispose();
        _inFlight.Dispose();
    }

    private void Run()
    {
        try
        {
            while (!_stopping.IsCancellationRequested)
            {
                try
                {
                    _topics.Ready.Wait(_stopping.Token);
                    Session();
                }
                catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
                {
                }
                catch (KafkaException exception) when (!exception.Error.IsFatal)
                {
                    Log.Interrupted(_logger, Name, exception.Error.Code, exception.Error.Reason);
                    _stopping.Token.WaitHandle.WaitOne(PauseAfterError);
                }
                catch (Exception exception)
                {
                    Log.SessionFailed(_logger, exception, Name);
                    _stopping.Token.WaitHandle.WaitOne(PauseAfterFailure);
                }
            }
        }
        finally
        {
            _ended.TrySetResult();
        }
    }

    private void Session()
    {
        var consumer = Build();
        try
        {
            if (_definition.Group is null)
            {
                AssignFromEnd(consumer);
            }
            else
            {
                consumer.Subscribe(_definition.Topics);
            }

            var reader = new BatchReader(consumer, _definition, _inFlight, _offsets, started => _runner.Start(started, _abandon.Token), _logger, _stopping.Token);
            while (!_stopping.IsCancellationRequested)
            {
                reader.Read();
            }
        }
        finally
        {
            Drain();
            _offsets.Store(consumer);
            if (!consumer.Leave())
            {
                Log.LeftUnheard(_logger, Name);
            }

            _offsets.ForgetAll();
        }
    }

    private IConsumer<byte[], byte[]> Build()
    {
        var config = _connection.ConsumerConfig();
        config.GroupId = _definition.Group ?? "broadcast";
        config.AutoOffsetReset ??= AutoOffsetReset.Earliest;
        config.EnableAutoOffsetStore = false;
        config.EnableAutoCommit = _definition.Group is not null;
        config.AutoCommitIntervalMs ??= 1_000;
        config.PartitionAssignmentStrategy = PartitionAssignmentStrategy.CooperativeSticky;
        if (_definition.Group is not null && _connection.InstanceId is { Length: > 0 } instance)
        {
            config.GroupInstanceId = $"{instance}.{_definition.Topics[0]}";
        }

        return _connection.Consumer(config)
            .SetPartitionsAssignedHandler((_, partitions) => OnAssigned(partitions))
            .SetPartitionsRevokedHandler(OnRevoked)
            .SetPartitionsLostHandler((_, partitions) => OnLost(partitions))
            .Build();
    }

    private void AssignFromEnd(IConsumer<byte[], byte[]> consumer)
    {
        // Ends are asked for now, not left to the first fetch: whatever is sent after this instance says it is ready must be heard.
        var partitions = _definition.Topics
            .SelectMany(topic => Enumerable.Range(0, _topics.Partitions(topic)).Select(partition => new TopicPartition(topic, partition)))
            .Select(partition => new TopicPartitionOffset(partition, consumer.QueryWatermarkOffsets(partition, QueryTimeout).High));
        consumer.Assign(partitions);
        HasJoined = true;
    }

    private void OnAssigned(List<TopicPartition> partitions)
    {
        HasJoined = true;
        Log.Assigned(_logger, Name, partitions.Count);
    }

    private void OnRevoked(IConsumer<byte[], byte[]> consumer, List<TopicPartitionOffset> partitions)
    {
        _inFlight.WaitUntil(() => partitions.TrueForAll(partition => _offsets.IsIdle(partition.TopicPartition)), _definition.Options.DrainTimeout, CancellationToken.None);
        _offsets.Commit(consumer, partitions);
        _offsets.Forget(partitions);
        Log.Revoked(_logger, Name, partitions.Count);
    }

    private void OnLost(List<TopicPartitionOffset> partitions)
    {
        _offsets.Forget(partitions);
        Log.Lost(_logger, Name, partitions.Count);
    }

    private void Drain()
    {
        if (!_inFlight.WaitUntil(() => _inFlight.Count == 0, _definition.Options.DrainTimeout, CancellationToken.None) && _stopping.IsCancellationRequested)
        {
            Log.Abandoned(_logger, Name, _inFlight.Count);
            _abandon.Cancel();
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "{Consumer}: left, but no broker heard it; messages may be delivered again")]
        public static partial void LeftUnheard(ILogger logger, string consumer);

        [LoggerMessage(Level = LogLevel.Information, Message = "{Consumer}: given {Partitions} more partitions")]
        public static partial void Assigned(ILogger logger, string consumer, int partitions);

        [LoggerMessage(Level = LogLevel.Information, Message = "{Consumer}: gave back {Partitions} partitions")]
        public static partial void Revoked(ILogger logger, string consumer, int partitions);

        [LoggerMessage(Level = LogLevel.Warning, Message = "{Consumer}: lost {Partitions} partitions; their unfinished messages are handled again elsewhere")]
        public static partial void Lost(ILogger logger, string consumer, int partitions);

        [LoggerMessage(Level = LogLevel.Warning, Message = "{Consumer}: stopped with {InFlight} messages unfinished; they are delivered again")]
        public static partial void Abandoned(ILogger logger, string consumer, int inFlight);

        [LoggerMessage(Level = LogLevel.Warning, Message = "{Consumer}: begins anew ({Code}): {Reason}")]
        public static partial void Interrupted(ILogger logger, string consumer, ErrorCode code, string reason);

        [LoggerMessage(Level = LogLevel.Error, Message = "{Consumer}: begins anew")]
        public static partial void SessionFailed(ILogger logger, Exception exception, string consumer);
    }
}
