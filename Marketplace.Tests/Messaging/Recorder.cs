using System.Collections.Concurrent;
using System.Text;
using System.Threading.Channels;
using Marketplace.Messaging;

namespace Marketplace.Tests.Messaging;

/// <summary>Does what the test says with each message, and keeps those it has handled.</summary>
internal sealed class Recorder(Func<ConsumedMessage, CancellationToken, Task>? handle = null) : IMessageHandler
{
    private readonly Channel<bool> _handled = Channel.CreateUnbounded<bool>();

    public ConcurrentQueue<string> Bodies { get; } = new();

    public ConcurrentQueue<int> BatchSizes { get; } = new();

    public static string Body(ConsumedMessage message) => Encoding.UTF8.GetString(message.Body.Span);

    public static async Task WaitForAsync(int count, CancellationToken cancellationToken, params Recorder[] recorders)
    {
        while (recorders.Sum(recorder => recorder.Bodies.Count) < count)
        {
            await Task.WhenAny(recorders.Select(recorder => recorder._handled.Reader.WaitToReadAsync(cancellationToken).AsTask()));
            cancellationToken.ThrowIfCancellationRequested();
            foreach (var recorder in recorders)
            {
                recorder._handled.Reader.TryRead(out _);
            }
        }
    }

    public Task WaitForAsync(int count, CancellationToken cancellationToken) => WaitForAsync(count, cancellationToken, this);

    public async Task HandleAsync(IReadOnlyList<ConsumedMessage> messages, CancellationToken cancellationToken)
    {
        BatchSizes.Enqueue(messages.Count);
        foreach (var message in messages)
        {
            if (handle is not null)
            {
                await handle(message, cancellationToken);
            }

            Bodies.Enqueue(Body(message));
            message.Complete();
            _handled.Writer.TryWrite(true);
        }
    }
}
