using System.Net;
using System.Text;
using Xunit;

namespace Marketplace.Tests.Gateway.Subscriptions;

/// <summary>Subscribers over server-sent events who leave.</summary>
public sealed class EventStreamTests
{
    private const int Streams = 100;
    private const int Receiving = 20;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_hundred_who_leave_in_the_middle_of_an_event_leave_no_error_and_no_connection()
    {
        var log = new LogLines();
        await using var gateway = await GatewayServer.StartAsync("Development", new KnownProducts(), log, ("Logging:LogLevel:Default", "Information"), ("Gateway:Subscriptions:Connections", $"{Streams}"));
        var streams = await OpenAsync(gateway);

        // More than the buffers on the way take, so that those who receive are in the middle of an event.
        var description = new string('x', 64 * 1024);
        for (var i = 0; i < 200; i++)
        {
            gateway.Publish("1", description);
        }

        foreach (var stream in streams.Take(Receiving))
        {
            var body = await stream.Content.ReadAsStreamAsync(Cancel);
            await body.ReadExactlyAsync(new byte[1024], Cancel);
        }

        streams.ForEach(stream => stream.Dispose());
        await gateway.ListenersAsync(0);

        (await OpenAsync(gateway)).ForEach(stream => stream.Dispose());
        await gateway.ListenersAsync(0);
        Assert.DoesNotContain(log.Lines, line => line.StartsWith("Warning", StringComparison.Ordinal) || line.StartsWith("Error", StringComparison.Ordinal) || line.StartsWith("Critical", StringComparison.Ordinal));
    }

    private static async Task<List<HttpResponseMessage>> OpenAsync(GatewayServer gateway)
    {
        var streams = new List<HttpResponseMessage>();
        while (streams.Count < Streams)
        {
            var id = streams.Count < Receiving ? "1" : "2";
            using var request = new HttpRequestMessage(HttpMethod.Post, "/graphql")
            {
                Content = new StringContent($$$"""{"query":"subscription { productPersisted(marketplace: EBAY, ids: [{{{id}}}]) { id description } }"}""", Encoding.UTF8, "application/json"),
                Headers = { { "Accept", "text/event-stream" } },
            };
            var stream = await gateway.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Cancel);

            // Of a stream before, the queue ends a little before the connection does.
            if (stream.StatusCode == HttpStatusCode.ServiceUnavailable)
            {
                stream.Dispose();
                continue;
            }

            Assert.Equal(HttpStatusCode.OK, stream.StatusCode);
            streams.Add(stream);
        }

        return streams;
    }
}
