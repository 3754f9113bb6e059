using System.Runtime.CompilerServices;
using Marketplace.Dashboard;

namespace Marketplace.Hosting.Running.Logs;

/// <summary>The last lines one resource instance wrote, with readers that follow along. Bounded: a slow reader misses the oldest lines, never the writer.</summary>
internal sealed class ConsoleLog(TimeProvider time)
{
    /// <summary>Lines kept of one resource instance.</summary>
    public const int Capacity = 5_000;

    private readonly Lock _lock = new();
    private readonly Queue<ConsoleLine> _lines = new();
    private TaskCompletionSource _appended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _last;

    /// <summary>Adds what the engine has to say about the instance, marked as such.</summary>
    public void Say(string text, bool isError = false) => Append($"[host] {text}", isError);

    /// <summary>Adds a line the instance wrote.</summary>
    public void Append(string text, bool isError = false)
    {
        TaskCompletionSource appended;
        lock (_lock)
        {
            if (_lines.Count == Capacity)
            {
                _lines.Dequeue();
            }

            _lines.Enqueue(new ConsoleLine(++_last, time.GetUtcNow(), isError, text));
            appended = _appended;
            _appended = new(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        appended.SetResult();
    }

    /// <summary>The last <paramref name="count"/> lines, oldest first.</summary>
    public IReadOnlyList<ConsoleLine> Last(int count)
    {
        lock (_lock)
        {
            return [.. _lines.Skip(Math.Max(0, _lines.Count - count))];
        }
    }

    /// <summary>Yields the kept lines after number <paramref name="after"/>, and with <paramref name="follow"/> every further one.</summary>
    public async IAsyncEnumerable<ConsoleLine> ReadAsync(long after, bool follow, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        while (true)
        {
            ConsoleLine[] unread;
            Task appended;
            lock (_lock)
            {
                unread = [.. _lines.Where(line => line.Number > after)];
                appended = _appended.Task;
            }

            foreach (var line in unread)
            {
                cancellationToken.ThrowIfCancellationRequested();
                yield return line;
                after = line.Number;
            }

            if (!follow)
            {
                yield break;
            }

            await appended.WaitAsync(cancellationToken);
        }
    }
}
