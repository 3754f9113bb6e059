using CsCheck;
using Marketplace.Messaging;
using Xunit;

namespace Marketplace.Tests.Messaging;

public sealed class PartitionProgressTests
{
    [Fact]
    public void Only_the_unbroken_run_of_finished_messages_may_be_committed()
    {
        var progress = new PartitionProgress();
        var (a, b, c) = (progress.Start(10), progress.Start(11), progress.Start(12));

        progress.Finish(b);
        Assert.Equal(10, progress.Next);

        progress.Finish(a);
        Assert.Equal(12, progress.Next);

        progress.Finish(c);
        Assert.Equal(13, progress.Next);
    }

    [Fact]
    public void A_record_with_several_messages_may_be_committed_once_each_of_them_is_finished()
    {
        var progress = new PartitionProgress();
        var record = progress.Start(10);
        progress.Split(record, 3);

        progress.Finish(record);
        progress.Finish(record);
        Assert.Equal((10, 1), (progress.Next, progress.Unfinished));

        progress.Finish(record);
        Assert.Equal((11, 0), (progress.Next, progress.Unfinished));
    }

    [Fact]
    public void Offsets_that_are_never_delivered_are_passed_over_once_all_before_them_is_finished()
    {
        var progress = new PartitionProgress();
        progress.SkipTo(5);
        Assert.Equal(5, progress.Next);

        var started = progress.Start(7);
        progress.SkipTo(10);
        Assert.Equal(5, progress.Next);

        progress.Finish(started);
        Assert.Equal(10, progress.Next);
        progress.SkipTo(8);
        Assert.Equal(10, progress.Next);
    }

    [Fact]
    public void Whatever_the_order_of_starting_and_finishing_nothing_unfinished_is_passed_over() =>
        Gen.Select(Gen.Int[1, 5].Array[1, 300], Gen.Int[0, 1_000].Array[1, 600], Gen.Bool.Array[1, 600]).Sample((gaps, picks, starts) =>
        {
            var progress = new PartitionProgress();
            var offset = 0L;
            var open = new List<PartitionProgress.TrackedOffset>();
            var all = new List<long>();
            var (nextGap, nextPick) = (0, 0);
            foreach (var start in starts)
            {
                if ((start || open.Count == 0) && nextGap < gaps.Length)
                {
                    offset += gaps[nextGap++];
                    all.Add(offset);
                    open.Add(progress.Start(offset));
                }
                else if (open.Count > 0)
                {
                    var picked = open[picks[nextPick++ % picks.Length] % open.Count];
                    open.Remove(picked);
                    progress.Finish(picked);
                    progress.Finish(picked);
                }

                Assert.Equal(open.Count, progress.Unfinished);
                if (all.Count > 0)
                {
                    // The next to commit is the first unfinished, or just after the last of all.
                    var oldest = open.Count == 0 ? (long?)null : open.Min(message => message.Offset);
                    var expected = oldest is null ? all[^1] + 1 : all.Where(known => known < oldest).Select(known => known + 1).DefaultIfEmpty(all[0]).Last();
                    Assert.Equal(expected, progress.Next);
                }
            }
        });
}
