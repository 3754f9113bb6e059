using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using Confluent.Kafka;
using Marketplace.Messaging.Contracts;

namespace Marketplace.Messaging;

/// <summary>Sends commands to marketplace services over Kafka and waits for their replies (request/reply).</summary>
public sealed class RequestClient : IDisposable
{
    private static readonly TimeSpan SweepInterval = TimeSpan.FromMilliseconds(20);

    private readonly MessageProducer _producer;
    private readonly TopicProvisioner _topics;
    private readonly ReplyReader _replies;
    private readonly TimeProvider _clock;
    private readonly StickyPartition _partition;
    private readonly CorrelationIds _ids = new();
    private readonly ConcurrentDictionary<long, PendingRequest> _pending = new();
    private readonly ITimer _sweep;
    private int _isSweepScheduled;
    private Header? _replyTopic;

    internal RequestClient(MessageProducer producer, TopicProvisioner topics, ReplyReader replies, TimeProvider clock)
    {
        _producer = producer;
        _topics = topics;
        _replies = replies;
        _clock = clock;
        _partition = new StickyPartition(clock);
        replies.Received = OnReply;

        // One timer for all requests, stopped while there are none, is cheaper than one for each.
        _sweep = clock.CreateTimer(static client => ((RequestClient)client!).Sweep(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>How many requests are pending.</summary>
    internal int PendingCount => _pending.Count;

    /// <summary>Requests a product from the service of a marketplace.</summary>
    /// <returns>A reply for <see cref="ProductReply.TryRead"/>, not parsed.</returns>
    /// <param name="marketplace">The marketplace, in lower case, such as <c>ebay</c>; its topic must have been added to the process.</param>
    /// <param name="productId">An id that <see cref="ProductId.IsValid"/> accepts.</param>
    /// <param name="timeout">How long to wait; also the command's deadline, after which a service drops it.</param>
    /// <param name="cancellationToken">Ends the request at once.</param>
    /// <exception cref="RequestTimeoutException">No reply within <paramref name="timeout"/>.</exception>
    /// <exception cref="DeliveryException">Kafka did not store the command.</exception>
    /// <exception cref="OperationCanceledException">The caller cancelled.</exception>
    public async Task<byte[]> GetProductAsync(string marketplace, string productId, TimeSpan timeout, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var topic = Topics.GetProduct(marketplace);
        var started = _clock.GetTimestamp();
        var deadline = _clock.GetUtcNow() + timeout;
        if (!_replies.Ready.IsCompletedSuccessfully)
        {
            await WaitUntilReadyAsync(topic, timeout, cancellationToken);
        }

        var id = _ids.Next(out var number);
        var request = new PendingRequest(this, number, topic, started, timeout);
        _pending[number] = request;
        ScheduleSweep();
        await using var cancellation = cancellationToken.UnsafeRegister(
            static (state, token) => ((PendingRequest)state!).Client.Cancel((PendingRequest)state, token), request);
        try
        {
            Send(request, id, productId, deadline);
        }
        catch
        {
            _pending.TryRemove(number, out _);
            throw;
        }

        return await request.Task;
    }

    /// <summary>Fails the requests that are pending.</summary>
    public void Dispose()
    {
        _sweep.Dispose();
        foreach (var request in _pending.Values)
        {
            Fail(request, new ObjectDisposedException(nameof(RequestClient)));
        }
    }

    internal void Fail(PendingRequest request, Exception exception)
    {
        if (_pending.TryRemove(request.Number, out _) && request.TrySetException(exception))
        {
            MessagingTelemetry.RequestEnded(request.Topic, _clock.GetElapsedTime(request.Started), exception.GetType().Name);
        }
    }

    private void Send(PendingRequest request, byte[] id, string productId, DateTimeOffset deadline)
    {
        var span = MessagingTelemetry.StartSend(request.Topic);
        var headers = _producer.Envelope(MessageTypes.GetProduct, id, span);
        headers.Add(HeaderNames.CorrelationId, id);
        headers.Add(_replyTopic ??= new Header(HeaderNames.ReplyTopic, Encoding.UTF8.GetBytes(_replies.Name)));
        headers.Add(_replies.ReplyPartition);
        headers.Add(HeaderNames.Deadline, EnvelopeWriter.Number(deadline.ToUnixTimeMilliseconds()));
        var message = new Message<byte[], byte[]>
        {
            Key = Encoding.UTF8.GetBytes(productId),
            Value = JsonSerializer.SerializeToUtf8Bytes(new GetProduct(productId), ContractsJson.Default.GetProduct),
            Headers = headers,
        };
        var partition = _partition.Next(_topics.Partitions(request.Topic));
        _producer.Produce(new TopicPartition(request.Topic, partition), message, span, request.OnDelivery);
    }

    private async Task WaitUntilReadyAsync(string topic, TimeSpan timeout, CancellationToken cancellationToken)
    {
        try
        {
            await _replies.Ready.WaitAsync(timeout, _clock, cancellationToken);
        }
        catch (TimeoutException)
        {
            throw new RequestTimeoutException(topic, timeout);
        }
    }

    private void OnReply(byte[] correlationId, byte[] body)
    {
        if (_ids.TryRead(correlationId, out var number)
            && _pending.TryRemove(number, out var request)
            && request.TrySetResult(body))
        {
            MessagingTelemetry.RequestEnded(request.Topic, _clock.GetElapsedTime(request.Started), null);
        }
    }

    private void Cancel(PendingRequest request, CancellationToken cancellationToken)
    {
        if (_pending.TryRemove(request.Number, out _))
        {
            request.TrySetCanceled(cancellationToken);
        }
    }

    private void ScheduleSweep()
    {
        if (Interlocked.Exchange(ref _isSweepScheduled, 1) == 0)
        {
            _sweep.Change(SweepInterval, Timeout.InfiniteTimeSpan);
        }
    }

    private void Sweep()
    {
        Interlocked.Exchange(ref _isSweepScheduled, 0);
        foreach (var (_, request) in _pending)
        {
            if (_clock.GetElapsedTime(request.Started) >= request.Timeout)
            {
                Fail(request, new RequestTimeoutException(request.Topic, request.Timeout));
            }
        }

        if (!_pending.IsEmpty)
        {
            ScheduleSweep();
        }
    }
}
