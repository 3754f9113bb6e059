using Confluent.Kafka;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Marketplace.Messaging;

/// <summary>Runs a consumer on a thread of its own, as the client's calls block; after an error a new session begins with a new client.</summary>
internal abstract partial class ConsumerThread(string name, TopicProvisioner topics, ILogger logger) : IHostedService, IDisposable
{
    /// <summary>How long one read blocks, and so how late a stop may be noticed.</summary>
    protected static readonly TimeSpan PollTimeout = TimeSpan.FromMilliseconds(100);

    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(1);

    private readonly CancellationTokenSource _stopping = new();
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Its name in the log.</summary>
    public string Name => name;

    protected TopicProvisioner Provisioner => topics;

    protected CancellationToken Stopping => _stopping.Token;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        new Thread(Run) { IsBackground = true, Name = $"kafka {name}" }.Start();
        return Task.CompletedTask;
    }

    public virtual async Task StopAsync(CancellationToken cancellationToken)
    {
        await _stopping.CancelAsync();
        await _ended.Task.WaitAsync(cancellationToken);
    }

    public virtual void Dispose() => _stopping.Dispose();

    /// <summary>Reads until <see cref="Stopping"/>, or until an error that needs a new client.</summary>
    protected abstract void RunSession();

    /// <summary>The next message; <c>null</c> when none comes in time or the client reports an error that it recovers from.</summary>
    protected ConsumeResult<byte[], byte[]>? Consume(IConsumer<byte[], byte[]> consumer, TimeSpan timeout)
    {
        try
        {
            return consumer.Consume(timeout);
        }
        catch (ConsumeException exception) when (!exception.Error.IsFatal)
        {
            Log.ReadFailed(logger, name, exception.Error.Code, exception.Error.Reason);
            Stopping.WaitHandle.WaitOne(PollTimeout);
            return null;
        }
    }

    private void Run()
    {
        try
        {
            while (!Stopping.IsCancellationRequested)
            {
                try
                {
                    topics.Ready.Wait(Stopping);
                    RunSession();
                }
                catch (OperationCanceledException) when (Stopping.IsCancellationRequested)
                {
                }
                catch (KafkaException exception) when (!exception.Error.IsFatal)
                {
                    Log.ReadFailed(logger, name, exception.Error.Code, exception.Error.Reason);
                    Stopping.WaitHandle.WaitOne(PollTimeout);
                }
                catch (Exception exception)
                {
                    Log.SessionFailed(logger, exception, name);
                    Stopping.WaitHandle.WaitOne(RetryDelay);
                }
            }
        }
        finally
        {
            _ended.TrySetResult();
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "{Consumer}: cannot read ({Code}): {Reason}")]
        public static partial void ReadFailed(ILogger logger, string consumer, ErrorCode code, string reason);

        [LoggerMessage(Level = LogLevel.Error, Message = "{Consumer}: the session failed and is restarted")]
        public static partial void SessionFailed(ILogger logger, Exception exception, string consumer);
    }
}
