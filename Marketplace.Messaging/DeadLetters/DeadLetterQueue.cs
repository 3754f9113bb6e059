using System.Buffers.Text;
using Confluent.Kafka;
using Confluent.Kafka.Admin;
using Marketplace.Messaging.Contracts;

namespace Marketplace.Messaging;

/// <summary>
/// The dead letters of one topic, for operators. A consumer group keeps what they have dealt with; whoever replays or purges is its
/// only member, so that two at a time cannot send the same message twice.
/// </summary>
/// <remarks>
/// A replay sends, then takes note of it: one that is cut off may send its last messages again the next time, under the
/// CloudEvents ids by which consumers recognise a repetition, and loses none.
/// </remarks>
internal sealed class DeadLetterQueue(string topic, DeadLetterReader reader, Lazy<MessageProducer> producer, TimeProvider clock) : IDisposable
{
    private const int ChunkSize = 100;

    private static readonly TimeSpan RequestTimeout = TimeSpan.FromSeconds(10);

    private readonly SemaphoreSlim _one = new(1);
    private readonly string _letters = Topics.DeadLetter(topic);

    /// <summary>The dead-letter topic.</summary>
    public string Topic => _letters;

    /// <summary>Those that were neither replayed nor purged.</summary>
    /// <exception cref="KafkaException">No broker answers.</exception>
    public Task<DeadLetterList> ListAsync(DeadLetterFilter filter, int limit, CancellationToken cancellationToken) => Task.Run(
        () =>
        {
            var found = Read(cancellationToken).Pending.Where(filter.Matches).ToList();
            return new DeadLetterList(_letters, found.Count, [.. found.Take(limit)]);
        },
        cancellationToken);

    /// <summary>One of them, or one dealt with that is still kept; <c>null</c> when there is none.</summary>
    /// <exception cref="KafkaException">No broker answers.</exception>
    public Task<DeadLetterContent?> FindAsync(int partition, long offset, CancellationToken cancellationToken) => Task.Run(
        () =>
        {
            using var consumer = reader.Open(_letters);
            var place = new TopicPartitionOffset(_letters, partition, offset);
            if (!DeadLetterReader.Partitions(consumer, _letters).Contains(place.TopicPartition))
            {
                return null;
            }

            var bounds = consumer.QueryWatermarkOffsets(place.TopicPartition, RequestTimeout);
            if (offset < bounds.Low.Value || offset >= bounds.High.Value)
            {
                return null;
            }

            consumer.Assign(place);
            var result = consumer.Consume(RequestTimeout);
            return result is { IsPartitionEOF: false } && result.Offset.Value == offset ? DeadLetterContent.Read(result) : null;
        },
        cancellationToken);

    /// <summary>
    /// Sends those that fit back to where they came from, with their keys, their own headers and in their order.
    /// A deadline that has passed is left out: nobody waits any more, and with it the message would be dropped unseen.
    /// </summary>
    /// <returns>How many.</returns>
    /// <exception cref="DeadLetterException">Another replay or purge is at work.</exception>
    /// <exception cref="DeliveryException">Kafka did not take one; those before it are done.</exception>
    /// <exception cref="KafkaException">No broker answers.</exception>
    public Task<int> ReplayAsync(DeadLetterFilter filter, CancellationToken cancellationToken) => AloneAsync(
        async owner =>
        {
            var backlog = Read(cancellationToken);
            var left = backlog.Pending.Where(filter.Matches).Select(letter => (letter.Partition, letter.Offset)).ToHashSet();
            var replayed = 0;
            var chunk = new List<ConsumeResult<byte[], byte[]>>();
            while (left.Count > 0)
            {
                var result = owner.Next(cancellationToken);
                if (!result.IsPartitionEOF && left.Remove((result.Partition.Value, result.Offset.Value)))
                {
                    chunk.Add(result);
                    if (chunk.Count == ChunkSize || left.Count == 0)
                    {
                        // Those handled side by side were set aside in no order.
                        await Task.WhenAll(chunk.OrderBy(OriginalOffset).Select(SendBackAsync)).WaitAsync(cancellationToken);
                        await NoteAsync(owner, backlog, chunk);
                        replayed += chunk.Count;
                        chunk.Clear();
                    }
                }
            }

            return replayed;
        },
        cancellationToken);

    /// <summary>Gives them up: passes over them, and deletes their records where the broker can.</summary>
    /// <exception cref="DeadLetterException">Another replay or purge is at work.</exception>
    /// <exception cref="KafkaException">No broker answers.</exception>
    public Task<DeadLetterPurged> PurgeAsync(DeadLetterPurge purge, CancellationToken cancellationToken) => AloneAsync(
        async owner =>
        {
            var backlog = Read(cancellationToken);
            var ends = owner.Partitions
                .Where(partition => purge.Partition is null || partition.Partition.Value == purge.Partition)
                .Select(partition => new TopicPartitionOffset(partition, Math.Min(backlog.End(partition.Partition.Value), (purge.Offset ?? long.MaxValue - 1) + 1)))
                .Where(end => end.Offset.Value > backlog.Start(end.Partition.Value))
                .ToList();
            if (ends.Count == 0)
            {
                return new DeadLetterPurged(0, Deleted: true);
            }

            var purged = ends.Sum(end => backlog.Pending.Count(letter => letter.Partition == end.Partition.Value && letter.Offset < end.Offset.Value));
            owner.Consumer.Commit(ends);
            try
            {
                using var admin = new DependentAdminClientBuilder(owner.Consumer.Handle).Build();
                await admin.DeleteRecordsAsync(ends, new DeleteRecordsOptions { RequestTimeout = RequestTimeout }).WaitAsync(cancellationToken);
                return new DeadLetterPurged(purged, Deleted: true);
            }
            catch (KafkaException exception) when (Errors(exception).All(error => error.Code is ErrorCode.Local_UnsupportedFeature or ErrorCode.UnsupportedVersion))
            {
                return new DeadLetterPurged(purged, Deleted: false);
            }
        },
        cancellationToken);

    public void Dispose() => _one.Dispose();

    private DeadLetterBacklog Read(CancellationToken cancellationToken)
    {
        var backlog = new DeadLetterBacklog();
        using var consumer = reader.Open(_letters);
        if (DeadLetterReader.Partitions(consumer, _letters) is { Count: > 0 } partitions)
        {
            var from = consumer.Committed(partitions, RequestTimeout)
                .ConvertAll(committed => committed.Offset == Offset.Unset ? new TopicPartitionOffset(committed.TopicPartition, Offset.Beginning) : committed);
            from.ForEach(backlog.Begin);
            DeadLetterReader.Read(consumer, from, backlog.Add, cancellationToken);
        }

        return backlog;
    }

    private async Task<T> AloneAsync<T>(Func<DeadLetterOwner, Task<T>> work, CancellationToken cancellationToken)
    {
        if (!await _one.WaitAsync(TimeSpan.Zero, cancellationToken))
        {
            throw DeadLetterOwner.Busy();
        }

        try
        {
            // The client blocks its thread.
            return await Task.Run(
                async () =>
                {
                    using var owner = new DeadLetterOwner(_letters, reader);
                    owner.Join(cancellationToken);
                    return await work(owner);
                },
                cancellationToken);
        }
        finally
        {
            _one.Release();
        }
    }

    private static IEnumerable<Error> Errors(KafkaException exception) => exception is DeleteRecordsException { Results: { Count: > 0 } results }
        ? results.Select(result => result.Error).Where(error => error.IsError)
        : [exception.Error];

    private Task SendBackAsync(ConsumeResult<byte[], byte[]> letter)
    {
        var partition = Origin(letter) is { } origin && origin.Topic == topic ? new Partition(origin.Partition) : Partition.Any;
        var headers = new Headers();
        foreach (var own in letter.Message.Headers)
        {
            if (!HeaderNames.IsError(own.Key) && !(own.Key == HeaderNames.Deadline && HasPassed(own.GetValueBytes())))
            {
                headers.Add(own.Key, own.GetValueBytes());
            }
        }

        return producer.Value.ProduceAsync(new TopicPartition(topic, partition), new() { Key = letter.Message.Key, Value = letter.Message.Value, Headers = headers });
    }

    private static DeadLetterOrigin? Origin(ConsumeResult<byte[], byte[]> letter) =>
        letter.Message.Headers.TryGetLastBytes(HeaderNames.ErrorOrigin, out var header) ? DeadLetterOrigin.Parse(header) : null;

    private static long OriginalOffset(ConsumeResult<byte[], byte[]> letter) => Origin(letter)?.Offset ?? letter.Offset.Value;

    private bool HasPassed(byte[] deadline) =>
        Utf8Parser.TryParse(deadline, out long milliseconds, out var length) && length == deadline.Length
        && milliseconds < clock.GetUtcNow().ToUnixTimeMilliseconds();

    private async Task NoteAsync(DeadLetterOwner owner, DeadLetterBacklog backlog, List<ConsumeResult<byte[], byte[]>> done)
    {
        done.ForEach(letter => backlog.Remove(letter.Partition.Value, letter.Offset.Value));
        foreach (var letters in done.GroupBy(letter => letter.TopicPartition))
        {
            await producer.Value.ProduceAsync(letters.Key, new() { Headers = DeadLetterBacklog.Marker(letters.Select(letter => letter.Offset.Value)) });
            var next = backlog.Next(letters.Key.Partition.Value);
            owner.Consumer.Commit([new TopicPartitionOffset(letters.Key, next)]);
        }
    }
}
