using Marketplace.Hosting.State;
using Xunit;

namespace Marketplace.Tests.Hosting.State;

public sealed class RunStateTests : IDisposable
{
    private readonly string _checkout = Directory.CreateTempSubdirectory("marketplace-test-").FullName;

    public void Dispose() => Directory.Delete(_checkout, recursive: true);

    [Fact]
    public void A_second_run_of_the_same_checkout_is_refused_with_what_to_do()
    {
        using var first = RunState.Open(_checkout);

        var refusal = Assert.Throws<DistributedApplicationException>(() => RunState.Open(_checkout));

        Assert.Contains($"process {Environment.ProcessId} ", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("--isolated", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_next_run_may_start_when_the_first_has_ended()
    {
        RunState.Open(_checkout).Dispose();

        using var second = RunState.Open(_checkout);

        Assert.False(second.PredecessorWasKilled);
    }

    [Fact]
    public void A_run_knows_that_the_one_before_was_killed()
    {
        RunState.Open(_checkout).Dispose();
        File.WriteAllText(Path.Combine(_checkout, ".state", "owner"), "1");

        using var second = RunState.Open(_checkout);

        Assert.True(second.PredecessorWasKilled);
    }

    [Fact]
    public void Isolated_runs_stand_beside_each_other_and_leave_nothing()
    {
        using var first = RunState.OpenTemporary();
        string folder;
        using (var second = RunState.OpenTemporary())
        {
            folder = second.DataFolder("redis");
            Directory.CreateDirectory(folder);
            Assert.NotEqual(first.DataFolder("redis"), folder);
        }

        Assert.False(Directory.Exists(folder));
        Assert.False(Directory.Exists(Path.GetDirectoryName(Path.GetDirectoryName(folder))));
    }
}
