using System.Diagnostics;
using System.Globalization;
using Marketplace.Hosting.Processes;
using Marketplace.Hosting.State;
using Xunit;

namespace Marketplace.Tests.Hosting.State;

public sealed class WatchdogTests
{
    private const string NotesVariable = "MARKETPLACE_TEST_NOTES";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_killed_apphost_takes_its_children_and_its_temporary_folder_with_it()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Uses Unix's sleep.");
        var notes = Path.GetTempFileName();
        using var appHost = StartAppHost(notes);
        string[] lines = [];
        await WaitUntilAsync(() =>
        {
            Assert.False(appHost.HasExited, "The process that stands for the AppHost ended by itself.");
            return (lines = File.ReadAllLines(notes)).Length == 4;
        });
        var children = lines[..3].Select(line => ProcessIdentity.Of(int.Parse(line, CultureInfo.InvariantCulture))).ToList();
        Assert.All(children, child => Assert.NotNull(child));

        appHost.Kill();

        await WaitUntilAsync(() => children.TrueForAll(child => !child!.Value.IsAlive));
        await WaitUntilAsync(() => !Directory.Exists(lines[3]));
        File.Delete(notes);
    }

    [Fact(Explicit = true)]
    public async Task Stands_for_the_apphost_of_the_test_above()
    {
        var notes = Environment.GetEnvironmentVariable(NotesVariable)!;
        var state = await RunState.OpenTemporaryAsync(Cancellation);
        var grandchild = new TaskCompletionSource<string>();
        var polite = ManagedProcess.Start(new ProcessSpec("sleep", "600"), _ => { }, state.Ledger);
        var stubborn = ManagedProcess.Start(
            new ProcessSpec("sh", "-c", "trap '' TERM; setsid sleep 600 & echo $!; while true; do sleep 600; done"),
            line => grandchild.TrySetResult(line.Text),
            state.Ledger);
        var child = await grandchild.Task;
        await File.WriteAllLinesAsync(notes + ".new", [$"{polite.Id}", $"{stubborn.Id}", child, state.Folder], Cancellation);
        File.Move(notes + ".new", notes, overwrite: true);
        await Task.Delay(Timeout.Infinite, Cancellation);
    }

    private static Process StartAppHost(string notes)
    {
        var startInfo = new ProcessStartInfo(
            EngineCommand.DotNetHost(),
            [typeof(WatchdogTests).Assembly.Location, "-method", $"*.{nameof(Stands_for_the_apphost_of_the_test_above)}", "-explicit", "only"])
        {
            RedirectStandardOutput = true,
        };
        startInfo.Environment[NotesVariable] = notes;
        return Process.Start(startInfo)!;
    }

    private static async Task WaitUntilAsync(Func<bool> condition)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        patience.CancelAfter(Patience);
        while (!condition())
        {
            await Task.Delay(25, patience.Token);
        }
    }
}
