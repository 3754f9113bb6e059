using System.Collections.Concurrent;
using System.Globalization;
using Marketplace.Hosting.Processes;
using Marketplace.Hosting.State;
using Xunit;

namespace Marketplace.Tests.Hosting.Processes;

public sealed class ManagedProcessTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly string _folder = Directory.CreateTempSubdirectory("marketplace-test-").FullName;
    private readonly ConcurrentQueue<ConsoleLine> _lines = new();
    private readonly ProcessLedger _ledger;

    public ManagedProcessTests()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Uses Unix's shell.");
        _ledger = new ProcessLedger(_folder, Guid.NewGuid().ToString("N"));
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => Watchdog.DeleteFolder(_folder);

    [Fact]
    public async Task Lines_and_exit_code_arrive()
    {
        using var process = Shell("echo one; echo two >&2; printf 'without an end'; exit 3");

        Assert.Equal(3, await process.Exited.WaitAsync(Patience, Cancellation));
        Assert.Equal(["one", "without an end"], _lines.Where(line => !line.IsError).Select(line => line.Text));
        Assert.Equal(["two"], _lines.Where(line => line.IsError).Select(line => line.Text));
    }

    [Fact]
    public async Task Variables_are_added_and_removed_whatever_their_names_are()
    {
        using var process = ManagedProcess.Start(
            new ProcessSpec("env")
            {
                Environment = new Dictionary<string, string?> { ["services__ebay-simulator__http__0"] = "a=b 'c'", ["PATH"] = null },
            },
            _lines.Enqueue,
            _ledger);

        await process.Exited.WaitAsync(Patience, Cancellation);
        Assert.Contains("services__ebay-simulator__http__0=a=b 'c'", _lines.Select(line => line.Text));
        Assert.DoesNotContain(_lines, line => line.Text.StartsWith("PATH=", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Its_input_is_at_its_end()
    {
        using var process = ManagedProcess.Start(new ProcessSpec("cat"), _lines.Enqueue, _ledger);

        Assert.Equal(0, await process.Exited.WaitAsync(Patience, Cancellation));
    }

    [Fact]
    public async Task Ends_in_order_when_it_listens()
    {
        using var process = Shell("trap 'echo bye; exit 0' TERM; echo ready; while true; do sleep 0.05; done");
        await AwaitLineAsync("ready");

        Assert.Equal(0, await process.StopAsync(Patience, Cancellation));
        Assert.Equal("bye", _lines.Last().Text);
    }

    [Fact]
    public async Task Is_ended_with_its_children_when_it_does_not()
    {
        using var process = Shell("trap '' TERM; sleep 600 & echo $!; wait; sleep 600");
        var child = int.Parse(await AwaitLineAsync(), CultureInfo.InvariantCulture);

        Assert.Equal(128 + 9, await process.StopAsync(TimeSpan.FromMilliseconds(200), Cancellation));
        await AwaitEndAsync(child);
    }

    [Fact]
    public async Task A_cancelled_stop_does_not_wait()
    {
        using var process = Shell("trap '' TERM; echo ready; while true; do sleep 600; done");
        await AwaitLineAsync("ready");

        Assert.Equal(128 + 9, await process.StopAsync(TimeSpan.FromHours(1), new CancellationToken(canceled: true)).WaitAsync(Patience, Cancellation));
    }

    [Fact]
    public async Task What_it_leaves_behind_ends_with_it()
    {
        using var process = Shell("sleep 600 & echo $!");

        var child = int.Parse(await AwaitLineAsync(), CultureInfo.InvariantCulture);
        Assert.Equal(0, await process.Exited.WaitAsync(Patience, Cancellation));
        await AwaitEndAsync(child);
    }

    [Fact]
    public async Task Leads_a_session_of_its_own_so_that_the_terminal_does_not_reach_it()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Looks it up in /proc.");
        using var process = Shell("echo ready; sleep 600");
        await AwaitLineAsync("ready");

        Assert.Equal(process.Id, LinuxProcess.Read(process.Id)!.Value.SessionId);
        await process.StopAsync(Patience, Cancellation);
    }

    [Fact]
    public async Task Stands_in_the_ledger_while_it_lives()
    {
        using var process = Shell("echo ready; sleep 600");
        await AwaitLineAsync("ready");
        Assert.Equal(process.Identity, Assert.Single(ProcessLedger.Read(_folder)).Process);

        await process.StopAsync(Patience, Cancellation);

        Assert.Empty(ProcessLedger.Read(_folder));
    }

    [Fact]
    public async Task A_line_without_an_end_comes_in_pieces()
    {
        using var process = Shell("head -c 200000 /dev/zero | tr '\\0' x");

        await process.Exited.WaitAsync(Patience, Cancellation);
        Assert.Equal(200_000, _lines.Sum(line => line.Text.Length));
        Assert.All(_lines, line => Assert.InRange(line.Text.Length, 1, LineReader.LongestLine + 4096));
    }

    [Fact]
    public void A_program_that_is_not_there_is_named()
    {
        var error = Assert.Throws<ProcessStartException>(() => ManagedProcess.Start(new ProcessSpec("no-such-program"), _lines.Enqueue, _ledger));

        Assert.Contains("'no-such-program'", error.Message, StringComparison.Ordinal);
        Assert.Contains("PATH", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_that_is_not_there_is_named()
    {
        var error = Assert.Throws<ProcessStartException>(
            () => ManagedProcess.Start(new ProcessSpec("true") { WorkingDirectory = "/no/such" }, _lines.Enqueue, _ledger));

        Assert.Contains("'/no/such'", error.Message, StringComparison.Ordinal);
    }

    private ManagedProcess Shell(string script) => ManagedProcess.Start(new ProcessSpec("sh", "-c", script), _lines.Enqueue, _ledger);

    private async Task<string> AwaitLineAsync(string? text = null)
    {
        string? found = null;
        await WaitUntilAsync(() => (found = _lines.Select(line => line.Text).FirstOrDefault(line => text is null || line == text)) is not null);
        return found!;
    }

    private static Task AwaitEndAsync(int processId) => WaitUntilAsync(() => ProcessIdentity.Of(processId) is null);

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
