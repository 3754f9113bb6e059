using Marketplace.Messaging;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Marketplace.Tests.Messaging;

public sealed class StickyPartitionTests
{
    [Fact]
    public void Stays_for_a_while_then_goes_to_the_next_and_comes_round()
    {
        var clock = new FakeTimeProvider();
        var sticky = new StickyPartition(clock);

        var visited = new List<int>();
        for (var i = 0; i < 24; i++)
        {
            var partition = sticky.Next(12);
            clock.Advance(StickyPartition.Interval - TimeSpan.FromMilliseconds(1));
            Assert.Equal(partition, sticky.Next(12));
            clock.Advance(TimeSpan.FromMilliseconds(1));
            visited.Add(partition);
        }

        Assert.Equal(Enumerable.Range(0, 24).Select(i => (visited[0] + i) % 12), visited);
    }
}
