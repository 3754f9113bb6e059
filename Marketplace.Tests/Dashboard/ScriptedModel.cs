using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Marketplace.Dashboard;

namespace Marketplace.Tests.Dashboard;

/// <summary>An engine whose resources the test sets.</summary>
internal sealed class ScriptedModel : IDashboardModel
{
    private readonly Lock _gate = new();
    private readonly List<DashboardResource> _resources = [];
    private readonly Dictionary<string, List<ConsoleLine>> _lines = [];
    private readonly List<Channel<DashboardResource>> _watchers = [];
    private TaskCompletionSource _written = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public List<(string Resource, string Command)> Commands { get; } = [];

    public Func<string, string, DashboardCommandResult> OnCommand { get; set; } = (_, _) => new(true);

    public IReadOnlyList<DashboardResource> Resources
    {
        get
        {
            lock (_gate)
            {
                return [.. _resources];
            }
        }
    }

    public void Set(DashboardResource resource)
    {
        lock (_gate)
        {
            var at = _resources.FindIndex(r => r.Name == resource.Name);
            if (at < 0)
            {
                _resources.Add(resource);
            }
            else
            {
                _resources[at] = resource;
            }

            _watchers.ForEach(watcher => watcher.Writer.TryWrite(resource));
        }
    }

    public void Write(string resource, string text, bool isError = false)
    {
        TaskCompletionSource written;
        lock (_gate)
        {
            if (!_lines.TryGetValue(resource, out var lines))
            {
                _lines.Add(resource, lines = []);
            }

            lines.Add(new ConsoleLine(lines.Count + 1, DateTimeOffset.UtcNow, isError, text));
            (written, _written) = (_written, new(TaskCreationOptions.RunContinuationsAsynchronously));
        }

        written.SetResult();
    }

    public async IAsyncEnumerable<DashboardResource> WatchAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var watcher = Channel.CreateUnbounded<DashboardResource>();
        lock (_gate)
        {
            _resources.ForEach(resource => watcher.Writer.TryWrite(resource));
            _watchers.Add(watcher);
        }

        await foreach (var resource in watcher.Reader.ReadAllAsync(cancellationToken))
        {
            yield return resource;
        }
    }

    public async IAsyncEnumerable<ConsoleLine> ReadConsoleAsync(string resourceName, long after, bool follow, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        while (true)
        {
            Task next;
            List<ConsoleLine> lines;
            lock (_gate)
            {
                next = _written.Task;
                lines = [.. _lines.GetValueOrDefault(resourceName, []).Where(line => line.Number > after)];
            }

            foreach (var line in lines)
            {
                yield return line;
                after = line.Number;
            }

            if (!follow)
            {
                yield break;
            }

            await next.WaitAsync(cancellationToken);
        }
    }

    public Task<DashboardCommandResult> ExecuteCommandAsync(string resourceName, string commandName, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            Commands.Add((resourceName, commandName));
        }

        return Task.FromResult(OnCommand(resourceName, commandName));
    }
}
