using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Text;
using Confluent.Kafka;

namespace Marketplace.Messaging;

/// <summary>Sends commands over Kafka and waits for their replies (request/reply).</summary>
public sealed class RequestClient : IDisposable
{
    private readonly MessageProducer _producer;
    private readonly TopicProvisioner _topics;
    private readonly ReplyReader _replies;
    private readonly TimeProvider _clock;
    private readonly StickyPartition _partition;
    private readonly ConcurrentDictionary<string, Route> _routes = new();
    private readonly ConcurrentDictionary<Guid, PendingRequest> _pending = new();
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

    /// <summary>
    /// Sends a command that may be handled twice, and again after half of the timeout where no reply came. Under load, commands to those who
    /// say that they read batches share records.
    /// </summary>
    /// <returns>The reply's body.</returns>
    /// <param name="command">The command; its topic must have been added to the process, its key is UTF-8, and its id and its trace context are set here.</param>
    /// <param name="timeout">How long to wait; also the command's deadline, after which a service drops it.</param>
    /// <param name="cancellationToken">Ends the request at once.</param>
    /// <exception cref="RequestTimeoutException">No reply within <paramref name="timeout"/>.</exception>
    /// <exception cref="DeliveryException">Kafka did not take the command.</exception>
    /// <exception cref="OperationCanceledException">The caller cancelled.</exception>
    public async Task<ReadOnlyMemory<byte>> SendAsync(OutgoingMessage command, TimeSpan timeout, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var topic = command.Topic;
        var started = _clock.GetTimestamp();
        var deadline = EnvelopeWriter.Number((_clock.GetUtcNow() + timeout).ToUnixTimeMilliseconds());
        var id = Guid.NewGuid();
        var route = _routes.GetOrAdd(topic, static (topic, client) => client.NewRoute(topic), this);
        var reply = new TaskCompletionSource<ReadOnlyMemory<byte>>(TaskCreationOptions.RunContinuationsAsynchronously);
        try
        {
            if (!_replies.Ready.IsCompletedSuccessfully)
            {
                await _replies.Ready.WaitAsync(timeout, _clock, cancellationToken);
            }

            _pending[id] = new PendingRequest(reply, route.Batches);
            Send(command, id, deadline, reply, route, together: route.Batches.IsKnown);
            await ((Task)reply.Task).WaitAsync(Left() / 2, _clock, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (!reply.Task.IsCompleted && !cancellationToken.IsCancellationRequested)
            {
                // The command or its reply may have been lost with a broker, as only the leader acknowledges them; or it went with others to
                // an instance that does not read batches.
                route.Batches.Unanswered();
                Send(command, id, deadline, reply, route, together: false);
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
        foreach (var request in _pending.Values)
        {
            request.Reply.TrySetException(new ObjectDisposedException(nameof(RequestClient)));
        }
    }

    private static void Send(in OutgoingMessage command, Guid id, byte[] deadline, TaskCompletionSource<ReadOnlyMemory<byte>> reply, Route route, bool together)
    {
        var topic = command.Topic;
        var correlationId = new byte[32];
        Utf8Formatter.TryFormat(id, correlationId, out _, new('N'));
        route.Sender.Send(
            new QueuedMessage(command.Type, correlationId, correlationId, command.Key, command.Body, deadline, MessagingTelemetry.StartSend(topic), error =>
            {
                if (error.IsError)
                {
                    reply.TrySetException(new DeliveryException(topic, error));
                }
            }),
            together);
    }

    private Route NewRoute(string topic) => new(
        new BatchSender(_producer, () => new TopicPartition(topic, _partition.Next(_topics.Partitions(topic))), AddHeaders),
        new BatchSupport(_clock));

    private void AddHeaders(Headers headers)
    {
        headers.Add(_replyTopic ??= new Header(HeaderNames.ReplyTopic, Encoding.UTF8.GetBytes(_replies.Name)));
        headers.Add(_replies.ReplyPartition);
        headers.Add(EventBatch.Accept);
    }

    // Replies to other processes on a shared partition, and to this one before a restart, match no pending request.
    private void OnReply(Envelope envelope)
    {
        if (Utf8Parser.TryParse(envelope.CorrelationId.Span, out Guid id, out _, 'N') && _pending.TryGetValue(id, out var request))
        {
            request.Batches.Replied(envelope.AcceptsBatches);
            request.Reply.TrySetResult(envelope.Body);
        }
    }

    private readonly record struct PendingRequest(TaskCompletionSource<ReadOnlyMemory<byte>> Reply, BatchSupport Batches);

    private sealed record Route(BatchSender Sender, BatchSupport Batches);
}
