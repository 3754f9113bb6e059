using System.Globalization;
using System.Text;
using Confluent.Kafka;
using Confluent.Kafka.Admin;

namespace Marketplace.Messaging;

/// <summary>
/// The dead letters of one topic. The topic itself records which are done: a marker is a record with nothing but the header
/// <c>error-replayed</c>, the offsets of its partition that were replayed, or purged where the broker cannot delete records.
/// </summary>
/// <remarks>A replay is at least once: one that is interrupted, or runs beside another, may send messages again, with the same CloudEvents ids.</remarks>
internal sealed class DeadLetterQueue(string topic, KafkaConnection connection, Lazy<MessageProducer> producer)
{
    private const int ChunkSize = 100;

    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);

    /// <summary>The dead-letter topic.</summary>
    public string Topic { get; } = TopicOf(topic);

    /// <summary>Where messages of <paramref name="topic"/> go that could not be handled.</summary>
    public static string TopicOf(string topic) => $"{topic}.dead-letter";

    /// <summary>Those that were neither replayed nor purged.</summary>
    /// <exception cref="KafkaException">No broker answers.</exception>
    public Task<DeadLetterList> ListAsync(DeadLetterFilter filter, int limit, CancellationToken cancellationToken) => Task.Run(
        () =>
        {
            var letters = Pending(filter, filter.Matches, cancellationToken);
            return new DeadLetterList(Topic, letters.Count, letters[..Math.Min(limit, letters.Count)]);
        },
        cancellationToken);

    /// <summary>One of them, or one replayed that Kafka still keeps; <c>null</c> when there is none.</summary>
    /// <exception cref="KafkaException">No broker answers.</exception>
    public Task<DeadLetterContent?> FindAsync(int partition, long offset, CancellationToken cancellationToken) => Task.Run(
        () => Read(cancellationToken, partition, offset).FirstOrDefault() is { } first && first.Offset == offset ? DeadLetterContent.Read(first) : null,
        cancellationToken);

    /// <summary>
    /// Sends messages to their topic again with their keys and own headers, in the order of their dead letters. The deadline is left out:
    /// with it, the message would be dropped as expired.
    /// </summary>
    /// <returns>How many.</returns>
    /// <exception cref="DeadLetterException">The filter is invalid.</exception>
    /// <exception cref="DeliveryException">Kafka did not take one; the chunks before it are done.</exception>
    /// <exception cref="KafkaException">No broker answers.</exception>
    public Task<int> ReplayAsync(DeadLetterFilter filter, CancellationToken cancellationToken) => Task.Run(
        async () =>
        {
            var pending = Pending(filter, filter.Matches, cancellationToken).Select(letter => (letter.Partition, letter.Offset)).ToHashSet();
            var found = pending.Count == 0 ? [] : Read(cancellationToken).Where(result => pending.Remove((result.Partition.Value, result.Offset.Value)));
            var replayed = 0;
            foreach (var chunk in found.Chunk(ChunkSize))
            {
                await Task.WhenAll(chunk.Select(ResendAsync)).WaitAsync(cancellationToken);
                await MarkAsync(chunk.Select(result => (result.Partition.Value, result.Offset.Value)));
                replayed += chunk.Length;
            }

            return replayed;
        },
        cancellationToken);

    /// <summary>Deletes the records of all dead letters, of one partition's, or of those up to an offset; marks them as done where the broker cannot.</summary>
    /// <exception cref="DeadLetterException">A cause is given: records are deleted up to an offset.</exception>
    /// <exception cref="KafkaException">No broker answers.</exception>
    public Task<DeadLetterPurged> PurgeAsync(DeadLetterFilter filter, CancellationToken cancellationToken) => Task.Run(
        async () =>
        {
            if (filter.Cause is not null)
            {
                throw new DeadLetterException("cause cannot be given for a purge: allowed are partition and offset.");
            }

            var upTo = filter with { Offset = null };
            var letters = Pending(filter, letter => upTo.Matches(letter) && letter.Offset <= (filter.Offset ?? long.MaxValue), cancellationToken);
            try
            {
                await DeleteAsync([.. letters.GroupBy(letter => letter.Partition).Select(group => new TopicPartitionOffset(Topic, group.Key, group.Last().Offset + 1))], cancellationToken);
                return new DeadLetterPurged(letters.Count, Deleted: true);
            }
            catch (KafkaException exception) when (Errors(exception).All(error => error.Code is ErrorCode.Local_UnsupportedFeature or ErrorCode.UnsupportedVersion))
            {
                foreach (var chunk in letters.Chunk(ChunkSize))
                {
                    await MarkAsync(chunk.Select(letter => (letter.Partition, letter.Offset)));
                }

                return new DeadLetterPurged(letters.Count, Deleted: false);
            }
        },
        cancellationToken);

    private async Task DeleteAsync(List<TopicPartitionOffset> ends, CancellationToken cancellationToken)
    {
        if (ends.Count > 0)
        {
            using var consumer = Consumer();
            using var admin = new DependentAdminClientBuilder(consumer.Handle).Build();
            await admin.DeleteRecordsAsync(ends, new DeleteRecordsOptions { RequestTimeout = Timeout }).WaitAsync(cancellationToken);
        }
    }

    private static IEnumerable<Error> Errors(KafkaException exception) => exception is DeleteRecordsException { Results: { Count: > 0 } results }
        ? results.Select(result => result.Error).Where(error => error.IsError)
        : [exception.Error];

    private List<DeadLetter> Pending(DeadLetterFilter filter, Func<DeadLetter, bool> matches, CancellationToken cancellationToken)
    {
        filter.Validate();
        var pending = new Dictionary<(int, long), DeadLetter>();
        foreach (var result in Read(cancellationToken))
        {
            if (result.Message.Headers.TryGetLastBytes(HeaderNames.ErrorReplayed, out var done))
            {
                foreach (var text in Encoding.ASCII.GetString(done ?? []).Split(' '))
                {
                    if (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var offset))
                    {
                        pending.Remove((result.Partition.Value, offset));
                    }
                }
            }
            else if (DeadLetter.Read(result) is var letter && matches(letter))
            {
                pending.Add((letter.Partition, letter.Offset), letter);
            }
        }

        return [.. pending.Values.OrderBy(letter => letter.Partition).ThenBy(letter => letter.Offset)];
    }

    /// <summary>What the topic, or one of its partitions from an offset on, holds now. Blocks its thread.</summary>
    private IEnumerable<ConsumeResult<byte[], byte[]>> Read(CancellationToken cancellationToken, int? partition = null, long? from = null)
    {
        using var consumer = Consumer();
        using var admin = new DependentAdminClientBuilder(consumer.Handle).Build();
        var partitions = admin.GetMetadata(Topic, Timeout).Topics
            .Where(found => !found.Error.IsError) // none when the topic does not exist yet
            .SelectMany(found => found.Partitions)
            .Where(found => partition is null || found.PartitionId == partition)
            .Select(found => new TopicPartitionOffset(Topic, found.PartitionId, from ?? Offset.Beginning))
            .ToList();
        consumer.Assign(partitions);
        for (var open = partitions.Count; open > 0;)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var result = consumer.Consume(Timeout) ?? throw new KafkaException(ErrorCode.Local_TimedOut);
            if (result.IsPartitionEOF)
            {
                open--;
                consumer.IncrementalUnassign([result.TopicPartition]);
            }
            else
            {
                yield return result;
            }
        }
    }

    // An error reaches the caller as an exception; the client's own log lines would mix with a command's output.
    private IConsumer<byte[], byte[]> Consumer()
    {
        var config = connection.ConsumerConfig();
        config.GroupId = $"{Topic}.operators";
        config.AutoOffsetReset = AutoOffsetReset.Earliest;
        config.EnableAutoCommit = false;
        config.EnablePartitionEof = true;
        return new ConsumerBuilder<byte[], byte[]>(config).SetLogHandler((_, _) => { }).SetErrorHandler((_, _) => { }).Build();
    }

    private Task ResendAsync(ConsumeResult<byte[], byte[]> letter)
    {
        var headers = HeaderNames.WithoutErrors(letter.Message.Headers);
        headers.Remove(HeaderNames.Deadline);
        return producer.Value.ProduceAsync(new TopicPartition(topic, Partition.Any), new() { Key = letter.Message.Key, Value = letter.Message.Value, Headers = headers });
    }

    private Task MarkAsync(IEnumerable<(int Partition, long Offset)> done) => Task.WhenAll(done.GroupBy(letter => letter.Partition, letter => letter.Offset).Select(offsets =>
        producer.Value.ProduceAsync(
            new TopicPartition(Topic, offsets.Key),
            new() { Headers = new() { { HeaderNames.ErrorReplayed, Encoding.ASCII.GetBytes(string.Join(' ', offsets)) } } })));
}

/// <summary>The dead letters of this process's consumers.</summary>
internal sealed class DeadLetterQueues(IEnumerable<DeadLetterQueue> queues)
{
    private readonly DeadLetterQueue[] _queues = [.. queues.DistinctBy(queue => queue.Topic)];

    /// <param name="topic">A dead-letter topic; optional where there is only one.</param>
    /// <exception cref="DeadLetterException">The topic is unknown, or there are several to choose from.</exception>
    public DeadLetterQueue Get(string? topic)
    {
        var found = topic is null ? _queues : Array.FindAll(_queues, queue => queue.Topic == topic);
        return found.Length == 1
            ? found[0]
            : throw new DeadLetterException($"topic must be one of: {string.Join(", ", _queues.Select(queue => queue.Topic))}.");
    }
}
