using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using Confluent.Kafka;
using Marketplace.Messaging.Contracts;

namespace Marketplace.Messaging;

/// <summary>Sends commands to marketplace services over Kafka and waits for their replies (request/reply).</summary>
public sealed class RequestClient : IDisposable
{
    private readonly MessageProducer _producer;
    private readonly TopicProvisioner _topics;
    private readonly ReplyReader _replies;
    private readonly TimeProvider _clock;
    private readonly StickyPartition _partition;
    private readonly ConcurrentDictionary<Guid, TaskCompletionSource<ReadOnlyMemory<byte>>> _pending = new();
    private Header? _replyTopic;

    internal RequestClient(MessageProducer producer, TopicProvisioner topics, ReplyReader replies, TimeProvider clock)
    {
        _producer = producer;
        _topics = topics;
        _replies = replies;
        _clock = clock;
        _partition = new StickyPartition(clock);
        replies.Received = OnReply;
    }

    /// <summary>How many requests are pending.</summary>
    internal int PendingCount => _pending.Count;

    /// <summary>Requests a product from the service of a marketplace; asks once more after half of the timeout, as reading twice does no harm.</summary>
    /// <returns>A reply for <see cref="ProductReply.TryRead"/>, not parsed.</returns>
    /// <param name="marketplace">The marketplace, in lower case, such as <c>ebay</c>; its topic must have been added to the process.</param>
    /// <param name="productId">An id that <see cref="ProductId.IsValid"/> accepts.</param>
    /// <param name="timeout">How long to wait; also the command's deadline, after which a service drops it.</param>
    /// <param name="cancellationToken">Ends the request at once.</param>
    /// <exception cref="RequestTimeoutException">No reply within <paramref name="timeout"/>.</exception>
    /// <exception cref="DeliveryException">Kafka did not take the command.</exception>
    /// <exception cref="OperationCanceledException">The caller cancelled.</exception>
    public async Task<ReadOnlyMemory<byte>> GetProductAsync(string marketplace, string productId, TimeSpan timeout, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var topic = Topics.GetProduct(marketplace);
        var started = _clock.GetTimestamp();
        var deadline = _clock.GetUtcNow() + timeout;
        var id = Guid.NewGuid();
        var reply = new TaskCompletionSource<ReadOnlyMemory<byte>>(TaskCreationOptions.RunContinuationsAsynchronously);
        try
        {
            if (!_replies.Ready.IsCompletedSuccessfully)
            {
                await _replies.Ready.WaitAsync(timeout, _clock, cancellationToken);
            }

            _pending[id] = reply;
            Send(topic, id, productId, deadline, reply);
            await ((Task)reply.Task).WaitAsync(Left() / 2, _clock, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (!reply.Task.IsCompleted && !cancellationToken.IsCancellationRequested)
            {
                // The command or its reply may have been lost with a broker, as only the leader acknowledges them.
                Send(topic, id, productId, deadline, reply);
            }

            var body = await reply.Task.WaitAsync(Left(), _clock, cancellationToken);
            MessagingTelemetry.RequestEnded(topic, _clock.GetElapsedTime(started), null);
            return body;
        }
        catch (TimeoutException)
        {
            MessagingTelemetry.RequestEnded(topic, _clock.GetElapsedTime(started), nameof(RequestTimeoutException));
            throw new RequestTimeoutException(topic, timeout);
        }
        catch (Exception exception) when (exception is DeliveryException or ObjectDisposedException)
        {
            MessagingTelemetry.RequestEnded(topic, _clock.GetElapsedTime(started), exception.GetType().Name);
            throw;
        }
        finally
        {
            _pending.TryRemove(id, out _);
        }

        TimeSpan Left() => timeout - _clock.GetElapsedTime(started) is { Ticks: > 0 } left ? left : TimeSpan.Zero;
    }

    /// <summary>Fails the requests that are pending.</summary>
    public void Dispose()
    {
        foreach (var reply in _pending.Values)
        {
            reply.TrySetException(new ObjectDisposedException(nameof(RequestClient)));
        }
    }

    private void Send(string topic, Guid id, string productId, DateTimeOffset deadline, TaskCompletionSource<ReadOnlyMemory<byte>> reply)
    {
        var span = MessagingTelemetry.StartSend(topic);
        var correlationId = new byte[32];
        Utf8Formatter.TryFormat(id, correlationId, out _, new('N'));
        var headers = _producer.Envelope(MessageTypes.GetProduct, correlationId, span);
        headers.Add(HeaderNames.CorrelationId, correlationId);
        headers.Add(_replyTopic ??= new Header(HeaderNames.ReplyTopic, Encoding.UTF8.GetBytes(_replies.Name)));
        headers.Add(_replies.ReplyPartition);
        headers.Add(HeaderNames.Deadline, EnvelopeWriter.Number(deadline.ToUnixTimeMilliseconds()));
        var message = new Message<byte[], byte[]>
        {
            Key = Encoding.UTF8.GetBytes(productId),
            Value = JsonSerializer.SerializeToUtf8Bytes(new GetProduct(productId), ContractsJson.Default.GetProduct),
            Headers = headers,
        };
        _producer.Produce(new TopicPartition(topic, _partition.Next(_topics.Partitions(topic))), message, span, report =>
        {
            if (report.Error.IsError)
            {
                reply.TrySetException(new DeliveryException(topic, report.Error));
            }
        });
    }

    // Replies to other processes on a shared partition, and to this one before a restart, match no pending request.
    private void OnReply(byte[] correlationId, ReadOnlyMemory<byte> body)
    {
        if (Utf8Parser.TryParse(correlationId, out Guid id, out _, 'N') && _pending.TryGetValue(id, out var reply))
        {
            reply.TrySetResult(body);
        }
    }
}
