using System.Diagnostics;
using System.Globalization;
using System.Threading.Channels;
using Marketplace.Hosting.ApplicationModel;
using Marketplace.Hosting.Running.Logs;
using Spectre.Console;

namespace Marketplace.Hosting.Running.Terminal;

/// <summary>Tells a person at the terminal (a live table while resources start) or a reader of a log (plain lines) what happens.</summary>
internal sealed class TerminalReporter(EngineOptions options, ResourceNotificationService notifications, ConsoleLogs logs, IAnsiConsole console, TimeProvider time)
    : IDisposable
{
    private readonly Channel<Entry> _entries = Channel.CreateUnbounded<Entry>(new() { SingleReader = true });
    private readonly CancellationTokenSource _stopping = new();
    private readonly ResourceLines _lines = new(logs);
    private readonly DateTimeOffset _started = Process.GetCurrentProcess().StartTime;
    private Uri? _dashboard;
    private Task _reporting = Task.CompletedTask;

    /// <summary>Something to show.</summary>
    private abstract record Entry
    {
        public sealed record Changed(ResourceEvent Event) : Entry;

        public sealed record Said(string Text) : Entry;

        public sealed record IsUp : Entry;
    }

    private bool IsSilent => options.IsTest;

    /// <summary>Starts reporting; the first line says where the dashboard is.</summary>
    public void Start(Uri? dashboard)
    {
        _dashboard = dashboard;
        if (IsSilent)
        {
            return;
        }

        if (dashboard is not null)
        {
            Say($"Dashboard: {dashboard}");
        }

        _reporting = Task.WhenAll(FollowAsync(), ReportAsync());
    }

    public void Say(string text) => _entries.Writer.TryWrite(new Entry.Said(text));

    /// <summary>Everything is up: says so, where to click, and how long it took.</summary>
    public void Up()
    {
        _entries.Writer.TryWrite(new Entry.IsUp());
        Say(Summary());
    }

    /// <summary>Says that everything is being stopped, and listens for whoever cannot wait.</summary>
    public StopSignals Stopping(CancellationToken hurry)
    {
        _entries.Writer.TryWrite(new Entry.IsUp()); // The table gives way to lines.
        Say("Stopping. Press Ctrl+C again to end everything at once.");
        return new StopSignals(() => Say("Ending everything at once."), listens: !IsSilent, hurry);
    }

    /// <summary>Prints what is still to be said.</summary>
    public async Task StopAsync()
    {
        await _stopping.CancelAsync();
        Say("Stopped.");
        _entries.Writer.TryComplete();
        await _reporting;
    }

    public void Dispose() => _stopping.Dispose();

    private async Task FollowAsync()
    {
        try
        {
            await foreach (var change in notifications.WatchAsync(_stopping.Token))
            {
                _entries.Writer.TryWrite(new Entry.Changed(change));
            }
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            // All has been said.
        }
    }

    private async Task ReportAsync()
    {
        if (console.Profile.Out.IsTerminal && console.Profile.Capabilities is { Ansi: true, Interactive: true })
        {
            await ReportInTableAsync();
        }

        await foreach (var entry in _entries.Reader.ReadAllAsync())
        {
            foreach (var line in LinesOf(entry))
            {
                // Not through the console's own rendering, which would break long lines.
                await console.Profile.Out.Writer.WriteLineAsync(line);
            }

            await console.Profile.Out.Writer.FlushAsync();
        }
    }

    /// <summary>Shows the table until everything is up or stops; other lines scroll by above it.</summary>
    private Task ReportInTableAsync()
    {
        var table = new LiveTable();
        return console.Live(table.Render(console.Profile.Width)).AutoClear(false).StartAsync(async live =>
        {
            await foreach (var entry in _entries.Reader.ReadAllAsync())
            {
                switch (entry)
                {
                    case Entry.IsUp:
                        return;
                    case Entry.Changed changed:
                        var failure = _lines.Of(changed.Event).Skip(1).ToArray();
                        foreach (var line in failure)
                        {
                            console.WriteLine(line);
                        }

                        table.Set(changed.Event, _lines.Describe(changed.Event));
                        live.UpdateTarget(table.Render(console.Profile.Width));
                        break;
                    case Entry.Said said:
                        console.WriteLine(said.Text);
                        live.Refresh();
                        break;
                }
            }
        });
    }

    private IEnumerable<string> LinesOf(Entry entry) => entry switch
    {
        Entry.Changed changed => _lines.Of(changed.Event),
        Entry.Said said => [said.Text],
        _ => [],
    };

    private string Summary()
    {
        var current = notifications.Current.Where(instance => !instance.Resource.IsValue()).ToArray();
        var healthy = current.Count(instance => instance.Snapshot.HealthStatus is not null);
        var elsewhere = current.Where(instance => instance.Snapshot.HealthStatus is null).Select(instance => $"{instance.ResourceId} is {instance.Snapshot.State?.Text}").ToArray();
        var links = current.SelectMany(ExternalLinks);
        return string.Create(CultureInfo.InvariantCulture, $"Up after {(time.GetUtcNow() - _started).TotalSeconds:0.0} s: {healthy} resources are healthy")
            + (elsewhere.Length > 0 ? $" ({string.Join(", ", elsewhere)})." : ".")
            + (_dashboard is null ? "" : $"  Dashboard: {_dashboard}")
            + string.Concat(links.Select(link => $"  {link}"));
    }

    /// <summary>What is meant to be opened from outside.</summary>
    private static IEnumerable<string> ExternalLinks(ResourceEvent instance) =>
        from endpoint in instance.Resource.Annotations.OfType<EndpointAnnotation>()
        where endpoint.IsExternal && endpoint.UriScheme is "http" or "https"
        let url = instance.Snapshot.Urls.FirstOrDefault(url => url.Name == endpoint.Name)?.Url
        where url is not null
        select $"{instance.Resource.Name}: {url}";
}
