using System.Runtime.Versioning;
using Marketplace.Hosting.Processes;
using Marketplace.Hosting.State;
using Marketplace.Tests.Products;
using Xunit;

namespace Marketplace.Tests.Hosting.State;

public sealed class RunStateTests : IDisposable
{
    private readonly string _checkout = Directory.CreateTempSubdirectory("marketplace-test-").FullName;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => Watchdog.DeleteFolder(_checkout);

    [Fact]
    public async Task A_second_run_of_the_same_checkout_is_refused_and_told_what_to_do()
    {
        await using var first = await RunState.OpenAsync(_checkout, Cancellation);

        var refusal = await Assert.ThrowsAsync<StateInUseException>(() => RunState.OpenAsync(_checkout, Cancellation));

        Assert.Equal(Environment.ProcessId, refusal.Owner);
        Assert.Contains($"process {Environment.ProcessId} ", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("--isolated", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_next_run_may_start_when_the_first_has_ended()
    {
        await (await RunState.OpenAsync(_checkout, Cancellation)).DisposeAsync();

        await using var second = await RunState.OpenAsync(_checkout, Cancellation);

        Assert.Equal(0, second.EndedLeftovers);
    }

    [Fact]
    public async Task Isolated_runs_stand_beside_each_other_and_leave_nothing()
    {
        var first = await RunState.OpenTemporaryAsync(Cancellation);
        var second = await RunState.OpenTemporaryAsync(Cancellation);

        Assert.NotEqual(first.Folder, second.Folder);
        await first.DisposeAsync();
        await second.DisposeAsync();
        Assert.False(Directory.Exists(first.Folder));
        Assert.False(Directory.Exists(second.Folder));
    }

    [Fact]
    public async Task Secrets_are_generated_once()
    {
        string first;
        await using (var state = await RunState.OpenAsync(_checkout, Cancellation))
        {
            first = state.Secrets.GetOrAdd("redis-password", () => "generated");
            Assert.Equal(first, state.Secrets.GetOrAdd("redis-password", () => "again"));
        }

        await using var next = await RunState.OpenAsync(_checkout, Cancellation);
        Assert.Equal(first, next.Secrets.GetOrAdd("redis-password", () => "again"));
        Assert.Equal("other", next.Secrets.GetOrAdd("postgres-password", () => "other"));
    }

    [Fact]
    [UnsupportedOSPlatform("windows")]
    public async Task Only_the_owner_may_read_the_secrets()
    {
        await using var state = await RunState.OpenAsync(_checkout, Cancellation);
        state.Secrets.GetOrAdd("name", () => "value");

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(state.Folder, "secrets.json")));
    }

    [Fact]
    public async Task A_damaged_file_of_secrets_is_named_without_its_content()
    {
        await using var state = await RunState.OpenAsync(_checkout, Cancellation);
        await File.WriteAllTextAsync(Path.Combine(state.Folder, "secrets.json"), "{ \"name\": \"hush", Cancellation);

        var error = Assert.Throws<InvalidDataException>(() => state.Secrets.GetOrAdd("name", () => "value"));

        Assert.Contains(state.Folder, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("hush", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_a_killed_run_left_running_is_ended_at_the_next_start_and_nothing_else()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Uses Unix's sleep.");
        ManagedProcess bystander;
        int leftover;
        await using (var before = await RunState.OpenAsync(_checkout, Cancellation))
        {
            await using var elsewhere = await RunState.OpenTemporaryAsync(Cancellation);
            bystander = Sleep(elsewhere.Ledger);
            leftover = Sleep(before.Ledger).Id;
        }

        // As if the bystander had been given the number of another leftover, which started earlier.
        var recycled = new ProcessIdentity(bystander.Id, "1-" + bystander.Identity.StartMark);
        var ledger = new ProcessLedger(Path.Combine(_checkout, ".state"), "earlier");
        ledger.Add(recycled, new ProcessSpec("sleep"));

        await using var state = await RunState.OpenAsync(_checkout, Cancellation);

        Assert.Equal(1, state.EndedLeftovers);
        Assert.Null(ProcessIdentity.Of(leftover));
        Assert.True(bystander.Identity.IsAlive);
        Assert.Empty(ProcessLedger.Read(state.Folder));
        await bystander.StopAsync(TimeSpan.FromSeconds(30), Cancellation);
    }

    [Fact]
    public async Task A_leftover_that_does_not_listen_is_ended_with_its_children()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Looks its children up in /proc.");
        var state = await RunState.OpenTemporaryAsync(Cancellation);
        await using var _ = state;
        var ready = new TaskCompletionSource<int>(TaskCreationOptions.RunContinuationsAsynchronously);
        var stubborn = ManagedProcess.Start(
            new ProcessSpec("sh", "-c", "trap '' TERM; setsid sleep 600 & echo $!; wait; sleep 600"),
            line => ready.TrySetResult(int.Parse(line.Text, System.Globalization.CultureInfo.InvariantCulture)),
            state.Ledger);
        var grandchild = await ready.Task.WaitAsync(TimeSpan.FromSeconds(30), Cancellation);

        var ended = await Leftovers.EndAsync(state.Folder, state.Ledger.RunId, TimeSpan.FromMilliseconds(200), Cancellation);

        Assert.True(ended >= 1);
        Assert.False(stubborn.Identity.IsAlive);
        // One that was killed has no environment to be found by, for a moment before it is gone.
        await Wait.UntilAsync(() => ProcessIdentity.Of(grandchild) is null, "the child is gone");
    }

    private static ManagedProcess Sleep(ProcessLedger ledger) => ManagedProcess.Start(new ProcessSpec("sleep", "600"), _ => { }, ledger);
}
