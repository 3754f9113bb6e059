using System.Text;
using Marketplace.Messaging;
using Xunit;

namespace Marketplace.Tests.Messaging;

public sealed class CorrelationIdsTests
{
    [Fact]
    public void A_process_recognises_its_own_ids_and_no_others()
    {
        var (ours, theirs) = (new CorrelationIds(), new CorrelationIds());

        var id = ours.Next(out var number);

        Assert.True(ours.TryRead(id, out var read));
        Assert.Equal(number, read);
        Assert.False(ours.TryRead(theirs.Next(out _), out _));
        Assert.NotEqual(Encoding.ASCII.GetString(id), Encoding.ASCII.GetString(ours.Next(out _)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("1")]
    [InlineData("zzzzzzzzzzzzzzzz0000000000000001")]
    public void Anything_else_is_not_an_id(string id) =>
        Assert.False(new CorrelationIds().TryRead(Encoding.ASCII.GetBytes(id), out _));

    [Fact]
    public void A_number_that_is_none_is_not_read()
    {
        var ids = new CorrelationIds();
        var id = ids.Next(out _);
        id[^1] = (byte)'g';

        Assert.False(ids.TryRead(id, out _));
    }
}
