using System.Diagnostics;
using Confluent.Kafka;

namespace Marketplace.Messaging;

/// <summary>A message in the hands of an <see cref="IMessageHandler"/>.</summary>
public sealed class ConsumedMessage
{
    private readonly Envelope _envelope;
    private readonly StartedMessage _started;

    // The handler's hold, and one for each reply on its way: the offset may be committed when all are released.
    private int _holds = 1;
    private int _handled;

    internal ConsumedMessage(StartedMessage started, in Envelope envelope, TopicPartition? replyTo, Activity? span)
    {
        _started = started;
        _envelope = envelope;
        ReplyTo = replyTo;
        Span = span;
    }

    /// <summary>The topic it came from.</summary>
    public string Topic => _started.Result.Topic;

    /// <summary>The partition it came from.</summary>
    public int Partition => _started.Result.Partition.Value;

    /// <summary>Its place in the partition.</summary>
    public long Offset => _started.Result.Offset.Value;

    /// <summary>The key's bytes; empty without one.</summary>
    public ReadOnlyMemory<byte> Key => _started.Result.Message.Key;

    /// <summary>The body's bytes; empty without one.</summary>
    public ReadOnlyMemory<byte> Body => _started.Result.Message.Value;

    /// <summary>The CloudEvents id, the same whenever this message is delivered again.</summary>
    public string Id => _envelope.Id;

    /// <summary>The CloudEvents type; one of <see cref="Contracts.MessageTypes"/>.</summary>
    public string Type => _envelope.Type;

    /// <summary>The CloudEvents source: who sent it.</summary>
    public string Source => _envelope.Source;

    /// <summary>When it was made (UTC), where the sender says it.</summary>
    public DateTimeOffset? Time => _envelope.Time;

    /// <summary>After this moment (UTC) nobody waits for the answer any more.</summary>
    public DateTimeOffset? Deadline => _envelope.Deadline is { } deadline ? DateTimeOffset.FromUnixTimeMilliseconds(deadline) : null;

    /// <summary>Whether the sender asked for an answer; see <see cref="Replies"/>.</summary>
    public bool WantsReply => ReplyTo is not null;

    /// <summary>How often it failed before in this process.</summary>
    public int Attempts { get; internal set; }

    internal TopicPartition? ReplyTo { get; }

    internal Activity? Span { get; }

    internal StartedMessage Started => _started;

    internal ref readonly Envelope Envelope => ref _envelope;

    internal bool IsHandled => Volatile.Read(ref _handled) != 0;

    /// <summary>
    /// Makes this message's span the current activity, so that what follows appears beneath it.
    /// Needed only in a batch of several; dispose the result to go back.
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

    internal void Hold() => Interlocked.Increment(ref _holds);

    internal void Release()
    {
        if (Interlocked.Decrement(ref _holds) == 0)
        {
            _started.Finish();
        }
    }
}

/// <summary>The time during which a message's span is the current activity.</summary>
public readonly struct ActivityScope : IDisposable
{
    private readonly Activity? _before;
    private readonly bool _changed;

    internal ActivityScope(Activity? span)
    {
        if (span is not null)
        {
            _before = Activity.Current;
            _changed = true;
            Activity.Current = span;
        }
    }

    /// <summary>Goes back to the activity before.</summary>
    public void Dispose()
    {
        if (_changed)
        {
            Activity.Current = _before;
        }
    }
}
