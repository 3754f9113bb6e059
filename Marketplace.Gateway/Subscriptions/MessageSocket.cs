using System.Net.WebSockets;
using System.Text;
using Marketplace.Gateway.Execution;

namespace Marketplace.Gateway.Subscriptions;

/// <summary>
/// A WebSocket of whole text messages: bounded ones in, one at a time out. While nothing arrives it holds no buffer, so that
/// thousands of idle ones cost little.
/// </summary>
/// <param name="socket">The socket; the caller's to dispose.</param>
/// <param name="maxMessageBytes">The largest message taken; a larger one closes the socket with 1009.</param>
/// <param name="backlog">What waits on all sockets.</param>
/// <param name="time">The clock.</param>
internal sealed class MessageSocket(WebSocket socket, int maxMessageBytes, SendBacklog backlog, TimeProvider time) : IDisposable
{
    /// <summary>How long the other side may take to answer a closing.</summary>
    private static readonly TimeSpan CloseTimeout = TimeSpan.FromSeconds(5);

    /// <summary>The most that a close frame's reason may take, in bytes (RFC 6455 5.5).</summary>
    private const int LongestReason = 123;

    /// <summary>What may wait to be sent, in bytes.</summary>
    private const int MostUnsent = 1024 * 1024;

    /// <summary>The same while too much waits on all sockets together.</summary>
    private const int MostUnsentWhenFull = 128 * 1024;

    /// <summary>What a message that waits takes besides its text, in bytes.</summary>
    private const int Overhead = 8 * 1024;

    /// <summary>What is read after this side began to close, in bytes, until the other side's answer.</summary>
    private const int MostIgnored = 1024 * 1024;

    private readonly SemaphoreSlim _sending = new(1, 1);
    private readonly TaskCompletionSource _aborted = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private ITimer? _abort;
    private int _closing;
    private int _unsent;
    private int _ignored;

    /// <summary>Whether this side has begun to close.</summary>
    public bool IsClosing => Volatile.Read(ref _closing) != 0;

    private string TooBig => $"A message may have at most {maxMessageBytes} bytes";

    /// <summary>
    /// The next message; <c>null</c> when the other side closed. What arrives after this side began to close is ignored; who goes on
    /// sending for long is not read any more.
    /// </summary>
    /// <exception cref="WebSocketException">The connection was lost, or a frame is malformed.</exception>
    public async ValueTask<byte[]?> ReceiveAsync(CancellationToken cancellationToken)
    {
        while (_ignored <= MostIgnored)
        {
            var first = await socket.ReceiveAsync(Memory<byte>.Empty, cancellationToken);
            if (first.MessageType == WebSocketMessageType.Close)
            {
                return null;
            }

            using var message = new PooledBuffer();
            var result = first;
            while (!result.EndOfMessage && _ignored <= MostIgnored)
            {
                if (message.WrittenSpan.Length > maxMessageBytes)
                {
                    await CloseAsync(WebSocketCloseStatus.MessageTooBig, TooBig);
                    _ignored += message.WrittenSpan.Length;
                    message.Clear();
                }

                result = await socket.ReceiveAsync(message.GetMemory(), cancellationToken);
                if (result.MessageType == WebSocketMessageType.Close)
                {
                    return null;
                }

                message.Advance(result.Count);
            }

            if (message.WrittenSpan.Length > maxMessageBytes)
            {
                await CloseAsync(WebSocketCloseStatus.MessageTooBig, TooBig);
            }
            else if (result.MessageType == WebSocketMessageType.Binary)
            {
                await CloseAsync(CloseCode.BadRequest, "Messages must be text");
            }

            if (!IsClosing)
            {
                return message.WrittenSpan.ToArray();
            }

            _ignored += message.WrittenSpan.Length;
        }

        // The closing may still be on its way to the other side, which ending the connection would overtake.
        await _aborted.Task.WaitAsync(cancellationToken);
        return null;
    }

    /// <summary>
    /// Sends a message, after those before it. It is left out when this side has begun to close; it begins to when too much waits, since
    /// the other side does not read.
    /// </summary>
    /// <returns>Whether the other side reads; <c>false</c> when it began to close for that.</returns>
    public async ValueTask<bool> SendAsync(ReadOnlyMemory<byte> message, CancellationToken cancellationToken)
    {
        var size = (2 * message.Length) + Overhead; // buffers grow by doubling
        backlog.Add(size);
        try
        {
            // One message may have any size: it was allowed as an answer.
            if (Interlocked.Add(ref _unsent, size) is var unsent && unsent > (backlog.IsFull ? MostUnsentWhenFull : MostUnsent) && unsent > size)
            {
                var isFirst = !IsClosing;
                _ = CloseAsync(CloseCode.TooMuchUnread, "Too much waits to be read");
                return !isFirst;
            }

            await _sending.WaitAsync(cancellationToken);
            try
            {
                if (!IsClosing)
                {
                    // Cancelling in the middle of a message would abort the connection.
                    await socket.SendAsync(message, WebSocketMessageType.Text, endOfMessage: true, CancellationToken.None);
                }
            }
            finally
            {
                _sending.Release();
            }

            return true;
        }
        finally
        {
            Interlocked.Add(ref _unsent, -size);
            backlog.Add(-size);
        }
    }

    /// <summary>Begins to close; the other side's answer ends <see cref="ReceiveAsync"/>. Never throws; the first call counts.</summary>
    public async Task CloseAsync(WebSocketCloseStatus status, string reason)
    {
        if (Interlocked.Exchange(ref _closing, 1) != 0)
        {
            return;
        }

        _abort = time.CreateTimer(_ => Abort(), null, CloseTimeout, Timeout.InfiniteTimeSpan);
        try
        {
            await _sending.WaitAsync();
            try
            {
                await socket.CloseOutputAsync(status, Shorten(reason), CancellationToken.None);
            }
            finally
            {
                _sending.Release();
            }
        }
        catch (Exception exception) when (exception is WebSocketException or IOException or ObjectDisposedException or OperationCanceledException)
        {
            // It is closed already.
        }
    }

    public void Dispose()
    {
        _abort?.Dispose();
        _sending.Dispose();
    }

    private void Abort()
    {
        socket.Abort();
        _aborted.TrySetResult();
    }

    private static string Shorten(string reason)
    {
        while (Encoding.UTF8.GetByteCount(reason) > LongestReason)
        {
            reason = reason[..^Math.Max(1, (reason.Length - LongestReason) / 2)];
        }

        return reason;
    }
}
