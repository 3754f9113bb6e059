using System.Diagnostics;
using Confluent.Kafka;

namespace Marketplace.Messaging;

/// <summary>A message given to an <see cref="IMessageHandler"/>.</summary>
public sealed class ConsumedMessage
{
    private readonly Envelope _envelope;
    private readonly StartedMessage _started;

    // One for the handler, and one for each reply being delivered: the offset may be committed when all are released.
    private int _references = 1;
    private int _handled;

    /// <param name="started">The message.</param>
    /// <param name="envelope">Its envelope.</param>
    /// <param name="deadline">Its deadline by this process's clock (Unix ms).</param>
    /// <param name="replyTo">Where its reply goes.</param>
    /// <param name="span">The span of its handling.</param>
    internal ConsumedMessage(StartedMessage started, in Envelope envelope, long? deadline, TopicPartition? replyTo, Activity? span)
    {
        _started = started;
        _envelope = envelope;
        Deadline = deadline is { } end ? DateTimeOffset.FromUnixTimeMilliseconds(end) : null;
        ReplyTo = replyTo;
        Span = span;
    }

    /// <summary>The topic it came from.</summary>
    public string Topic => _started.Result.Topic;

    /// <summary>The partition it came from.</summary>
    public int Partition => _started.Result.Partition.Value;

    /// <summary>Its offset in the partition.</summary>
    public long Offset => _started.Result.Offset.Value;

    /// <summary>The key's bytes; empty without one.</summary>
    public ReadOnlyMemory<byte> Key => _envelope.Key;

    /// <summary>The bytes of the event's data; empty without any.</summary>
    public ReadOnlyMemory<byte> Body => _envelope.Body;

    /// <summary>The CloudEvents id, the same whenever this message is delivered again.</summary>
    public string Id => _envelope.Id;

    /// <summary>The CloudEvents type.</summary>
    public string Type => _envelope.Type;

    /// <summary>The CloudEvents source: who sent it.</summary>
    public string Source => _envelope.Source;

    /// <summary>When it was created (UTC); <c>null</c> where the sender does not say.</summary>
    public DateTimeOffset? Time => _envelope.Time;

    /// <summary>After this time (UTC, by this process's clock) the sender no longer waits for the reply; <c>null</c> where it does not say.</summary>
    public DateTimeOffset? Deadline { get; }

    /// <summary>Whether the sender wants a reply; see <see cref="Replies"/>.</summary>
    public bool WantsReply => ReplyTo is not null;

    /// <summary>How many attempts failed before in this process.</summary>
    public int Attempts { get; internal set; }

    internal TopicPartition? ReplyTo { get; }

    internal Activity? Span { get; }

    internal StartedMessage Started => _started;

    internal ref readonly Envelope Envelope => ref _envelope;

    internal bool IsHandled => Volatile.Read(ref _handled) != 0;

    /// <summary>
    /// Makes this message's span the current activity, the parent of spans started from now on.
    /// Needed only in a batch of several; disposing the result restores the previous one.
    /// </summary>
    public ActivityScope Activate() => new(Span);

    /// <summary>Finishes the message before the handler returns. Safe to call again.</summary>
    public void Complete()
    {
        if (Interlocked.Exchange(ref _handled, 1) == 0)
        {
            if (Span is not null)
            {
                MessagingTelemetry.Stop(Span);
            }

            Release();
        }
    }

    internal void AddReference() => Interlocked.Increment(ref _references);

    internal void Release()
    {
        if (Interlocked.Decrement(ref _references) == 0)
        {
            _started.Finish();
        }
    }
}

/// <summary>The scope in which a message's span is the current activity.</summary>
public readonly struct ActivityScope : IDisposable
{
    private readonly Activity? _previous;
    private readonly bool _changed;

    internal ActivityScope(Activity? span)
    {
        if (span is not null)
        {
            _previous = Activity.Current;
            _changed = true;
            Activity.Current = span;
        }
    }

    /// <summary>Restores the previous activity.</summary>
    public void Dispose()
    {
        if (_changed)
        {
            Activity.Current = _previous;
        }
    }
}
