using System.Collections.Concurrent;
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
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Housekeeping = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan QueryTimeout = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan PatienceBeforePause = TimeSpan.FromSeconds(2);

    private readonly ConsumerDefinition _definition;
    private readonly ConsumerOptions _options;
    private readonly KafkaConnection _connection;
    private readonly TopicProvisioner _topics;
    private readonly BatchRunner _runner;
    private readonly TimeProvider _clock;
    private readonly ILogger _logger;

    private readonly ConcurrentDictionary<TopicPartition, PartitionProgress> _partitions = new();
    private readonly ConcurrentDictionary<TopicPartition, long> _lag = new();
    private readonly CancellationTokenSource _stopping = new();
    private readonly CancellationTokenSource _abandon = new();
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ManualResetEventSlim _finishedOne = new();
    private int _inFlight;
    private long _housekept;

    public ConsumerLoop(ConsumerDefinition definition, BatchRunner runner, KafkaConnection connection, TopicProvisioner topics, TimeProvider clock, ILogger<ConsumerLoop> logger)
    {
        _definition = definition;
        _options = definition.Options;
        _runner = runner;
        _connection = connection;
        _topics = topics;
        _clock = clock;
        _logger = logger;
        MessagingTelemetry.Add(this);
    }

    /// <summary>Whether this instance has been given its partitions once.</summary>
    public bool HasJoined { get; private set; }

    public string Name => _definition.Group is null ? $"{_definition.Topics[0]} (broadcast)" : _definition.Topics[0];

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

    public IEnumerable<Measurement<long>> Lag() =>
        _lag.Select(lag => new Measurement<long>(
            lag.Value,
            MessagingTelemetry.Destination(lag.Key.Topic),
            MessagingTelemetry.PartitionId(lag.Key.Partition.Value),
            MessagingTelemetry.Group(_definition.Group)));

    public Measurement<long> InFlight() =>
        new(Volatile.Read(ref _inFlight), MessagingTelemetry.Destination(_definition.Topics[0]), MessagingTelemetry.Group(_definition.Group));

    public void Dispose()
    {
        MessagingTelemetry.Remove(this);
        _stopping.Dispose();
        _abandon.Dispose();
        _finishedOne.Dispose();
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
                    Log.CannotRead(_logger, Name, exception.Error.Code, exception.Error.Reason);
                    _stopping.Token.WaitHandle.WaitOne(Poll);
                }
                catch (Exception exception)
                {
                    Log.SessionFailed(_logger, exception, Name);
                    _stopping.Token.WaitHandle.WaitOne(TimeSpan.FromSeconds(1));
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

            while (!_stopping.IsCancellationRequested)
            {
                WaitForRoom(consumer);
                if (Consume(consumer, Poll) is { } first)
                {
                    Dispatch(Collect(consumer, first));
                }

                KeepHouse(consumer);
            }
        }
        finally
        {
            Drain();
            StoreOffsets(consumer);
            if (!consumer.Leave())
            {
                Log.LeftUnheard(_logger, Name);
            }

            _partitions.Clear();
            _lag.Clear();
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
            .SetPartitionsAssignedHandler((_, partitions) =>
            {
                HasJoined = true;
                Log.Assigned(_logger, Name, partitions.Count);
            })
            .SetPartitionsRevokedHandler(OnRevoked)
            .SetPartitionsLostHandler((_, partitions) =>
            {
                Forget(partitions);
                Log.Lost(_logger, Name, partitions.Count);
            })
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

    private ConsumeResult<byte[], byte[]>? Consume(IConsumer<byte[], byte[]> consumer, TimeSpan timeout)
    {
        try
        {
            return consumer.Consume(timeout);
        }
        catch (ConsumeException exception) when (!exception.Error.IsFatal)
        {
            Log.CannotRead(_logger, Name, exception.Error.Code, exception.Error.Reason);
            _stopping.Token.WaitHandle.WaitOne(Poll);
            return null;
        }
    }

    private List<ConsumeResult<byte[], byte[]>> Collect(IConsumer<byte[], byte[]> consumer, ConsumeResult<byte[], byte[]> first)
    {
        var most = _options.InOrder
            ? _options.MaxBatchSize
            : Math.Min(_options.MaxBatchSize, _options.MaxInFlight - Volatile.Read(ref _inFlight));
        var batch = new List<ConsumeResult<byte[], byte[]>>(4) { first };
        while (batch.Count < most && Consume(consumer, TimeSpan.Zero) is { } next)
        {
            batch.Add(next);
        }

        return batch;
    }

    private void Dispatch(List<ConsumeResult<byte[], byte[]>> results)
    {
        Interlocked.Add(ref _inFlight, results.Count);
        var started = new List<StartedMessage>(results.Count);
        foreach (var result in results)
        {
            var progress = _partitions.GetOrAdd(result.TopicPartition, static (_, loop) => new PartitionProgress(loop.OnFinished), this);
            started.Add(new StartedMessage(result, progress, progress.Start(result.Offset.Value)));
        }

        _runner.Start(started, _abandon.Token);
    }

    private void OnFinished()
    {
        Interlocked.Decrement(ref _inFlight);
        _finishedOne.Set();
    }

    // Not asking is enough to hold back for a moment: the client's own queue is bounded. When it takes longer, the partitions are
    // paused, so that asking (which keeps this instance in the group) brings nothing.
    private void WaitForRoom(IConsumer<byte[], byte[]> consumer)
    {
        if (HasRoom() || WaitUntil(HasRoom, PatienceBeforePause, _stopping.Token))
        {
            return;
        }

        var paused = consumer.Assignment;
        consumer.Pause(paused);
        Log.Paused(_logger, Name, Volatile.Read(ref _inFlight));
        while (!HasRoom() && !_stopping.IsCancellationRequested)
        {
            if (Consume(consumer, Poll) is { } assignedSince)
            {
                Dispatch([assignedSince]);
            }

            KeepHouse(consumer);
        }

        consumer.Resume(consumer.Assignment);
    }

    private bool HasRoom() => Volatile.Read(ref _inFlight) < (_options.InOrder ? 1 : _options.MaxInFlight);

    private bool WaitUntil(Func<bool> condition, TimeSpan limit, CancellationToken cancellationToken)
    {
        var start = _clock.GetTimestamp();
        while (!condition())
        {
            _finishedOne.Reset();
            var left = limit - _clock.GetElapsedTime(start);
            if (left <= TimeSpan.Zero || cancellationToken.IsCancellationRequested)
            {
                return condition();
            }

            if (!condition())
            {
                _finishedOne.Wait(left < Poll ? left : Poll, CancellationToken.None);
            }
        }

        return true;
    }

    private void KeepHouse(IConsumer<byte[], byte[]> consumer)
    {
        if (_clock.GetElapsedTime(_housekept) < Housekeeping)
        {
            return;
        }

        _housekept = _clock.GetTimestamp();
        StoreOffsets(consumer);
        foreach (var (partition, progress) in _partitions)
        {
            if (progress.Next >= 0 && consumer.GetWatermarkOffsets(partition).High is { IsSpecial: false } high)
            {
                _lag[partition] = Math.Max(0, high.Value - progress.Next);
            }
        }
    }

    private void StoreOffsets(IConsumer<byte[], byte[]> consumer)
    {
        if (_definition.Group is null)
        {
            return;
        }

        foreach (var (partition, progress) in _partitions)
        {
            if (progress.TryTake(out var next))
            {
                try
                {
                    consumer.StoreOffset(new TopicPartitionOffset(partition, next));
                }
                catch (KafkaException exception)
                {
                    // Taken away meanwhile: its new owner does this work again.
                    Log.StoreFailed(_logger, Name, partition.Partition.Value, exception.Error.Code);
                }
            }
        }
    }

    private void OnRevoked(IConsumer<byte[], byte[]> consumer, List<TopicPartitionOffset> partitions)
    {
        var revoked = partitions.Select(partition => partition.TopicPartition).ToList();
        WaitUntil(() => revoked.TrueForAll(IsIdle), _options.DrainTimeout, CancellationToken.None);
        var finished = revoked
            .Where(partition => _partitions.TryGetValue(partition, out var progress) && progress.Next >= 0)
            .Select(partition => new TopicPartitionOffset(partition, _partitions[partition].Next))
            .ToList();
        try
        {
            if (finished.Count > 0)
            {
                consumer.Commit(finished);
            }
        }
        catch (KafkaException exception)
        {
            Log.CommitFailed(_logger, Name, exception.Error.Code);
        }

        Forget(partitions);
        Log.Revoked(_logger, Name, partitions.Count);
    }

    private bool IsIdle(TopicPartition partition) =>
        !_partitions.TryGetValue(partition, out var progress) || progress.Unfinished == 0;

    private void Forget(List<TopicPartitionOffset> partitions)
    {
        foreach (var partition in partitions)
        {
            _partitions.TryRemove(partition.TopicPartition, out _);
            _lag.TryRemove(partition.TopicPartition, out _);
        }
    }

    private void Drain()
    {
        if (!WaitUntil(() => Volatile.Read(ref _inFlight) == 0, _options.DrainTimeout, CancellationToken.None) && _stopping.IsCancellationRequested)
        {
            Log.Abandoned(_logger, Name, Volatile.Read(ref _inFlight));
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

        [LoggerMessage(Level = LogLevel.Warning, Message = "{Consumer}: paused, {InFlight} messages are unfinished")]
        public static partial void Paused(ILogger logger, string consumer, int inFlight);

        [LoggerMessage(Level = LogLevel.Warning, Message = "{Consumer}: stopped with {InFlight} messages unfinished; they are delivered again")]
        public static partial void Abandoned(ILogger logger, string consumer, int inFlight);

        [LoggerMessage(Level = LogLevel.Warning, Message = "{Consumer}: cannot read ({Code}): {Reason}")]
        public static partial void CannotRead(ILogger logger, string consumer, ErrorCode code, string reason);

        [LoggerMessage(Level = LogLevel.Warning, Message = "{Consumer}: cannot keep the offset of partition {Partition} ({Code})")]
        public static partial void StoreFailed(ILogger logger, string consumer, int partition, ErrorCode code);

        [LoggerMessage(Level = LogLevel.Warning, Message = "{Consumer}: cannot commit ({Code}); messages may be delivered again")]
        public static partial void CommitFailed(ILogger logger, string consumer, ErrorCode code);

        [LoggerMessage(Level = LogLevel.Error, Message = "{Consumer}: begins anew")]
        public static partial void SessionFailed(ILogger logger, Exception exception, string consumer);
    }
}
