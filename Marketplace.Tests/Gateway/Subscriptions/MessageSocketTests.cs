using System.Net.WebSockets;
using Marketplace.Gateway.Options;
using Marketplace.Gateway.Subscriptions;
using Microsoft.Extensions.Options;
using Xunit;

namespace Marketplace.Tests.Gateway.Subscriptions;

public sealed class MessageSocketTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task While_too_much_waits_on_all_sockets_those_are_closed_that_have_much_of_it()
    {
        var backlog = new SendBacklog(Options.Create(new GatewayOptions { Subscriptions = { UnsentBytes = 1024 * 1024 } }));
        using var much = Unread(backlog);
        using var little = Unread(backlog);
        var waiting = new List<Task<bool>>();

        while (waiting.Count < 9)
        {
            waiting.Add(much.SendAsync(new byte[50_000], Cancel).AsTask());
        }

        var small = little.SendAsync(new byte[100], Cancel).AsTask();
        Assert.Equal((false, false), (much.IsClosing, little.IsClosing));

        var beyond = new[] { little, much }.Select(socket => socket.SendAsync(new byte[50_000], Cancel).AsTask()).ToList();

        Assert.Equal((true, false), (much.IsClosing, little.IsClosing));
        Assert.False(await beyond[1]);
        Assert.All([.. waiting, small, beyond[0]], send => Assert.False(send.IsCompleted));
    }

    // Its other side takes nothing, whatever is sent.
    private static MessageSocket Unread(SendBacklog backlog) =>
        new(WebSocket.CreateFromStream(new StuckStream(), isServer: true, null, Timeout.InfiniteTimeSpan), 1_000_000, backlog, TimeProvider.System);

    private sealed class StuckStream : MemoryStream
    {
        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
            new(new TaskCompletionSource().Task);
    }
}
