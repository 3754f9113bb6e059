using System.Buffers.Binary;
using System.Collections.Concurrent;
using Confluent.Kafka;

namespace Marketplace.Benchmarks.Floors;

/// <summary>The fastest way there is to a topic: what comes while a record is on its way goes together in the next one.</summary>
internal sealed class RecordSender(IProducer<byte[], byte[]> producer, Func<TopicPartition> partition)
{
    private const int MostBytes = 512 * 1024;
    private const int HeadBytes = sizeof(long) + sizeof(int);

    private readonly ConcurrentQueue<(long Number, byte[] Value)> _waiting = new();
    private int _isSending;

    /// <summary>Sends a numbered value, alone or with others.</summary>
    public void Add(long number, byte[] value)
    {
        _waiting.Enqueue((number, value));
        SendNext();
    }

    /// <summary>The numbered values that a record carries.</summary>
    public static IEnumerable<(long Number, byte[] Value)> Read(byte[] record)
    {
        for (var at = 0; at < record.Length;)
        {
            var number = BinaryPrimitives.ReadInt64LittleEndian(record.AsSpan(at));
            var length = BinaryPrimitives.ReadInt32LittleEndian(record.AsSpan(at + sizeof(long)));
            yield return (number, record.AsSpan(at + HeadBytes, length).ToArray());
            at += HeadBytes + length;
        }
    }

    private void SendNext()
    {
        while (!_waiting.IsEmpty && Interlocked.CompareExchange(ref _isSending, 1, 0) == 0)
        {
            var record = Write();
            if (record.Length > 0)
            {
                producer.Produce(partition(), new Message<byte[], byte[]> { Value = record }, _ => Sent());
                return;
            }

            Volatile.Write(ref _isSending, 0);
        }
    }

    private void Sent()
    {
        Volatile.Write(ref _isSending, 0);
        SendNext();
    }

    private byte[] Write()
    {
        using var record = new MemoryStream();
        Span<byte> head = stackalloc byte[HeadBytes];
        while (record.Length < MostBytes && _waiting.TryDequeue(out var next))
        {
            BinaryPrimitives.WriteInt64LittleEndian(head, next.Number);
            BinaryPrimitives.WriteInt32LittleEndian(head[sizeof(long)..], next.Value.Length);
            record.Write(head);
            record.Write(next.Value);
        }

        return record.ToArray();
    }
}
