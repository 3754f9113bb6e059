using System.Diagnostics.Metrics;
using Confluent.Kafka;
using Microsoft.Extensions.Logging;

namespace Marketplace.Messaging;

/// <summary>
/// Reads topics and hands what is waiting, in batches, to a handler on the thread pool. With a group, partitions are shared between
/// instances and finished work is committed; without one (broadcast), this instance reads everything from its start on and commits nothing.
/// </summary>
internal sealed partial class ConsumerLoop : ConsumerThread
{
    private static readonly TimeSpan DelayBeforePause = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan CloseTimeout = TimeSpan.FromSeconds(5);

    private readonly ConsumerDefinition _definition;
    private readonly BatchRunner _runner;
    private readonly KafkaConnection _connection;
    private readonly ILogger _logger;

    private readonly InFlight _inFlight;
    private readonly PartitionOffsets _offsets;
    private readonly BroadcastPositions? _broadcast;
    private readonly CancellationTokenSource _abandoned = new();

    public ConsumerLoop(ConsumerDefinition definition, BatchRunner runner, KafkaConnection connection, TopicProvisioner topics, TimeProvider clock, ILogger<ConsumerLoop> logger)
        : base(definition.Name, topics, logger)
    {
        _definition = definition;
        _runner = runner;
        _connection = connection;
        _logger = logger;
        _inFlight = new InFlight(clock);
        _offsets = new PartitionOffsets(definition, _inFlight, clock, logger);
        _broadcast = definition.Group is null ? new BroadcastPositions(definition.Topics, topics) : null;
        MessagingTelemetry.Add(this);
    }

    /// <summary>Whether this instance has been assigned its partitions once.</summary>
    public bool HasJoined { get; private set; }

    public IEnumerable<Measurement<long>> Lag() => _offsets.Lag();

    public Measurement<long> InFlight() =>
        new(_inFlight.Count, MessagingTelemetry.Consumer(_definition.Topics[0], _definition.Group));

    public override void Dispose()
    {
        MessagingTelemetry.Remove(this);
        _abandoned.Dispose();
        _inFlight.Dispose();
        base.Dispose();
    }

    protected override void RunSession()
    {
        var consumer = Build();
        try
        {
            if (_broadcast is null)
            {
                consumer.Subscribe(_definition.Topics);
            }
            else
            {
                _broadcast.Assign(consumer, Stopping);
                HasJoined = true;
            }

            while (!Stopping.IsCancellationRequested)
            {
                _broadcast?.AssignAdded(consumer);
                WaitForCapacity(consumer);
                StartBatch(consumer);
            }
        }
        finally
        {
            Drain();
            _offsets.Store(consumer);
            _broadcast?.Keep(_offsets.Next());
            _offsets.Clear();
            Close(consumer);
        }
    }

    private IConsumer<byte[], byte[]> Build()
    {
        var config = _connection.ConsumerConfig();
        config.GroupId = _definition.Group ?? "broadcast";
        config.AutoOffsetReset ??= AutoOffsetReset.Earliest;
        config.EnableAutoOffsetStore = false;
        config.EnablePartitionEof = true;
        config.EnableAutoCommit = _definition.Group is not null;
        config.AutoCommitIntervalMs ??= 1_000;
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

    private void StartBatch(IConsumer<byte[], byte[]> consumer)
    {
        var limit = _definition.Options.InOrder ? _definition.Options.MaxBatchSize : Math.Min(_definition.Options.MaxBatchSize, _definition.Options.MaxInFlight - _inFlight.Count);
        var batch = new List<StartedMessage>(4);
        for (var result = Consume(consumer, PollTimeout); result is not null; result = batch.Count < limit ? Consume(consumer, TimeSpan.Zero) : null)
        {
            if (result.IsPartitionEOF)
            {
                _offsets.ReachEnd(result.TopicPartitionOffset);
            }
            else
            {
                batch.Add(_offsets.Start(result));
            }
        }

        if (batch.Count > 0)
        {
            _inFlight.Add(batch.Count);
            _runner.Start(batch, _abandoned.Token);
        }

        _offsets.Refresh(consumer);
    }

    // Not polling is back pressure enough for a moment, as the client's queue is bounded. After that the partitions are paused,
    // and polling goes on: without it the instance would lose its membership in the group.
    private void WaitForCapacity(IConsumer<byte[], byte[]> consumer)
    {
        if (HasCapacity() || _inFlight.WaitUntil(HasCapacity, DelayBeforePause, Stopping))
        {
            return;
        }

        consumer.Pause(consumer.Assignment);
        _offsets.LeaveEnds();
        Log.Paused(_logger, Name, _inFlight.Count);
        while (!HasCapacity() && !Stopping.IsCancellationRequested)
        {
            StartBatch(consumer); // of partitions assigned since the pause
        }

        consumer.Resume(consumer.Assignment);
    }

    private bool HasCapacity() => _inFlight.Count < (_definition.Options.InOrder ? 1 : _definition.Options.MaxInFlight);

    private void OnAssigned(List<TopicPartition> partitions)
    {
        HasJoined = true;
        Log.Assigned(_logger, Name, partitions.Count);
    }

    private void OnRevoked(IConsumer<byte[], byte[]> consumer, List<TopicPartitionOffset> partitions)
    {
        _inFlight.WaitUntil(() => partitions.TrueForAll(partition => _offsets.IsIdle(partition.TopicPartition)), _definition.Options.DrainTimeout, CancellationToken.None);
        _offsets.Commit(consumer, partitions);
        _offsets.Remove(partitions);
        Log.Revoked(_logger, Name, partitions.Count);
    }

    private void OnLost(List<TopicPartitionOffset> partitions)
    {
        _offsets.Remove(partitions);
        Log.Lost(_logger, Name, partitions.Count);
    }

    private void Drain()
    {
        if (!_inFlight.WaitUntil(() => _inFlight.Count == 0, _definition.Options.DrainTimeout, CancellationToken.None) && Stopping.IsCancellationRequested)
        {
            Log.Abandoned(_logger, Name, _inFlight.Count);
            _abandoned.Cancel();
        }
    }

    // Commits, leaves the group and frees the client. Disposing alone is not enough: while a rebalance is unanswered, librdkafka's
    // destroy waits for the answer without end, and only closing gives it. Without a broker closing goes on in the background.
    private void Close(IConsumer<byte[], byte[]> consumer)
    {
        var closing = Task.Run(() =>
        {
            using (consumer)
            {
                consumer.Close();
            }
        });
        if (Task.WaitAny([closing], CloseTimeout) < 0)
        {
            Log.CloseTimedOut(_logger, Name);
            return;
        }

        closing.GetAwaiter().GetResult();
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "{Consumer}: no broker confirmed that it left the group in time; messages may be delivered again")]
        public static partial void CloseTimedOut(ILogger logger, string consumer);

        [LoggerMessage(Level = LogLevel.Warning, Message = "{Consumer}: paused, {InFlight} messages are unfinished")]
        public static partial void Paused(ILogger logger, string consumer, int inFlight);

        [LoggerMessage(Level = LogLevel.Information, Message = "{Consumer}: {Partitions} partitions assigned")]
        public static partial void Assigned(ILogger logger, string consumer, int partitions);

        [LoggerMessage(Level = LogLevel.Information, Message = "{Consumer}: {Partitions} partitions revoked")]
        public static partial void Revoked(ILogger logger, string consumer, int partitions);

        [LoggerMessage(Level = LogLevel.Warning, Message = "{Consumer}: lost {Partitions} partitions; their unfinished messages are handled again elsewhere")]
        public static partial void Lost(ILogger logger, string consumer, int partitions);

        [LoggerMessage(Level = LogLevel.Warning, Message = "{Consumer}: stopped with {InFlight} messages unfinished; they are delivered again")]
        public static partial void Abandoned(ILogger logger, string consumer, int inFlight);
    }
}
