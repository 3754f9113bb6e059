using System.Globalization;
using System.Net;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using Marketplace.Gateway.Errors;
using Marketplace.Tests.EndToEnd;
using Xunit;

namespace Marketplace.Tests.Gateway.Subscriptions;

/// <summary><c>graphql-transport-ws</c>, message by message.</summary>
public sealed class ProtocolTests(TransportTests.Server fixture) : IClassFixture<TransportTests.Server>
{
    private const string Init = """{"type":"connection_init"}""";
    private const string Query = """{"id":"a","type":"subscribe","payload":{"query":"{ __typename }"}}""";
    private const string Listen = """{"id":"a","type":"subscribe","payload":{"query":"subscription { productPersisted(marketplace: EBAY) { id } }"}}""";

    private readonly GatewayServer _gateway = fixture.Gateway;

    [Theory]
    [InlineData(4400, "not json")]
    [InlineData(4400, "[]")]
    [InlineData(4400, """{"id":"a"}""")]
    [InlineData(4400, """{"type":"unknown"}""")]
    [InlineData(4400, """{"type":1}""")]
    [InlineData(4400, Init, """{"type":"subscribe","payload":{"query":"{ __typename }"}}""")]
    [InlineData(4400, Init, """{"id":"","type":"subscribe","payload":{"query":"{ __typename }"}}""")]
    [InlineData(4400, Init, """{"id":"a","type":"subscribe"}""")]
    [InlineData(4400, Init, """{"id":"a","type":"subscribe","payload":{"query":1}}""")]
    [InlineData(4400, Init, """{"type":"complete"}""")]
    [InlineData(4401, Query)]
    [InlineData(4409, Init, Listen, Listen)]
    [InlineData(4429, Init, Init)]
    public async Task Breaking_the_protocol_closes_with_its_code(int code, params string[] messages)
    {
        using var client = await WebSocketClient.ConnectAsync(_gateway);

        foreach (var message in messages)
        {
            await client.SendAsync(message);
        }

        Assert.Equal(code, await client.CloseCodeAsync());
    }

    [Fact]
    public async Task Another_subprotocol_is_not_acceptable()
    {
        using var client = await WebSocketClient.ConnectAsync(_gateway, "graphql-ws");

        Assert.Equal(4406, await client.CloseCodeAsync());
    }

    [Fact]
    public async Task Bytes_that_are_no_text_close_the_connection()
    {
        using var client = await WebSocketClient.ConnectAsync(_gateway);
        await client.SendAsync(Encoding.UTF8.GetBytes(Init), WebSocketMessageType.Binary);

        Assert.Equal(4400, await client.CloseCodeAsync());
    }

    [Fact]
    public async Task Who_says_nothing_is_sent_away()
    {
        await using var gateway = await GatewayServer.StartAsync(settings: ("Gateway:Subscriptions:InitTimeout", "00:00:00.2"));
        using var client = await WebSocketClient.ConnectAsync(gateway);

        Assert.Equal(4408, await client.CloseCodeAsync());
    }

    [Fact]
    public async Task A_ping_is_answered_with_its_payload_even_before_the_greeting()
    {
        using var client = await WebSocketClient.ConnectAsync(_gateway);

        await client.SendAsync("""{"type":"ping","payload":{"a":[1]}}""");

        Assert.Equal("""{"type":"pong","payload":{"a":[1]}}""", await client.ReceiveAsync());
    }

    [Fact]
    public async Task An_operation_ends_with_complete_and_its_id_can_be_used_again()
    {
        using var client = await WebSocketClient.GreetAsync(_gateway);

        for (var i = 0; i < 2; i++)
        {
            await client.SendAsync("""{"id":"a\"ü","type":"subscribe","payload":{"query":"{ __typename }"}}""");
            Assert.Equal("""{"id":"a\"ü","type":"next","payload":{"data":{"__typename":"Query"}}}""", await client.ReceiveAsync());
            Assert.Equal("""{"id":"a\"ü","type":"complete"}""", await client.ReceiveAsync());
        }
    }

    [Fact]
    public async Task What_is_refused_is_an_error_and_its_id_can_be_used_again()
    {
        using var client = await WebSocketClient.GreetAsync(_gateway);

        for (var i = 0; i < 2; i++)
        {
            await client.SendAsync("""{"id":"a","type":"subscribe","payload":{"query":"{ nothing }"}}""");
            using var message = JsonDocument.Parse(await client.ReceiveAsync());
            Assert.Equal("error", message.RootElement.GetProperty("type").GetString());
            Assert.Equal("GRAPHQL_VALIDATION_FAILED", message.RootElement.GetProperty("payload")[0].GetProperty("extensions").GetProperty("code").GetString());
        }
    }

    [Fact]
    public async Task Who_completes_a_subscription_hears_nothing_more_of_it()
    {
        await using var gateway = await GatewayServer.StartAsync();
        using var client = await WebSocketClient.GreetAsync(gateway);
        await client.SendAsync(Listen);
        await gateway.ListenersAsync(1);

        await client.SendAsync("""{"id":"a","type":"complete"}""");
        await gateway.ListenersAsync(0);
        gateway.Publish("1");
        await client.SendAsync("""{"type":"ping"}""");

        Assert.Equal("""{"type":"pong"}""", await client.ReceiveAsync());
    }

    [Fact]
    public async Task A_lost_connection_ends_its_subscriptions()
    {
        await using var gateway = await GatewayServer.StartAsync();
        using (var client = await WebSocketClient.GreetAsync(gateway))
        {
            await client.SendAsync(Listen);
            await gateway.ListenersAsync(1);
        }

        await gateway.ListenersAsync(0);
    }

    [Fact]
    public async Task A_connection_may_have_so_many_operations_and_no_more()
    {
        await using var gateway = await GatewayServer.StartAsync(settings: ("Gateway:Subscriptions:OperationsPerConnection", "2"));
        using var client = await WebSocketClient.GreetAsync(gateway);
        await client.SendAsync(Listen);
        await client.SendAsync(Listen.Replace("\"a\"", "\"b\"", StringComparison.Ordinal));
        await gateway.ListenersAsync(2);

        await client.SendAsync(Listen.Replace("\"a\"", "\"c\"", StringComparison.Ordinal));

        var refused = await client.ReceiveAsync();
        Assert.StartsWith("""{"id":"c","type":"error","payload":[""", refused);
        Assert.Contains("TOO_MANY_OPERATIONS", refused);
    }

    [Fact]
    public async Task So_many_connections_may_be_open_and_no_more()
    {
        await using var gateway = await GatewayServer.StartAsync(settings: ("Gateway:Subscriptions:Connections", "1"));
        using var client = await WebSocketClient.GreetAsync(gateway);

        var exception = await Assert.ThrowsAsync<WebSocketException>(() => WebSocketClient.ConnectAsync(gateway));

        Assert.Contains("503", exception.Message);
    }

    [Fact]
    public async Task An_event_stream_counts_as_a_connection_until_it_ends()
    {
        await using var gateway = await GatewayServer.StartAsync(reader: new KnownProducts(), settings: ("Gateway:Subscriptions:Connections", "1"));
        using var first = await SubscribeAsync();

        using var second = await SubscribeAsync();
        await Assert.ThrowsAsync<WebSocketException>(() => WebSocketClient.ConnectAsync(gateway));
        first.Dispose();

        Assert.Equal(HttpStatusCode.OK, first.StatusCode);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, second.StatusCode);
        Assert.Contains("TOO_MANY_OPERATIONS", await second.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        using var next = await UntilOpenAsync();

        async Task<HttpResponseMessage> SubscribeAsync()
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "/graphql")
            {
                Content = new StringContent("""{"query":"subscription { productPersisted(marketplace: EBAY) { id } }"}""", Encoding.UTF8, "application/json"),
                Headers = { { "Accept", "text/event-stream" } },
            };
            return await gateway.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
        }

        // The gateway learns a little later that the client left.
        async Task<HttpResponseMessage> UntilOpenAsync()
        {
            while (true)
            {
                var response = await SubscribeAsync();
                if (response.IsSuccessStatusCode)
                {
                    return response;
                }

                response.Dispose();
            }
        }
    }

    [Fact]
    public async Task A_message_beyond_the_limit_closes_the_connection()
    {
        await using var gateway = await GatewayServer.StartAsync(settings: ("Gateway:MaxRequestBytes", "1000"));
        using var client = await WebSocketClient.ConnectAsync(gateway);

        await client.SendAsync("""{"type":"ping"}""".PadRight(1000));
        Assert.Equal("""{"type":"pong"}""", await client.ReceiveAsync());
        await client.SendAsync("""{"type":"ping"}""".PadRight(1001));

        Assert.Equal((int)WebSocketCloseStatus.MessageTooBig, await client.CloseCodeAsync());
    }

    [Fact]
    public async Task A_message_in_many_frames_is_put_together()
    {
        using var client = await WebSocketClient.GreetAsync(_gateway);
        var message = Encoding.UTF8.GetBytes(Query.Replace("{ __typename }", $"{{ __typename }} #{new string('x', 20_000)}", StringComparison.Ordinal));

        foreach (var piece in message.Chunk(997))
        {
            await client.SendAsync(piece, WebSocketMessageType.Text, endOfMessage: false);
        }

        await client.SendAsync([], WebSocketMessageType.Text);

        Assert.Equal("""{"id":"a","type":"next","payload":{"data":{"__typename":"Query"}}}""", await client.ReceiveAsync());
    }

    [Theory]
    [InlineData("{ __typename }")]
    [InlineData("{ nothing }")]
    [InlineData("subscription { productPersisted(marketplace: EBAY) { id } }")]
    public async Task Who_sends_and_never_reads_is_closed_with_a_code(string query)
    {
        using var log = new LogLines();
        await using var gateway = await StartUnreadAsync(log);
        using var client = await WebSocketClient.GreetAsync(gateway);

        var sending = SendAllAsync(client, query, 100_000);
        await Eventually.GetAsync(_ => Task.FromResult(log.Count("does not read")), count => count > 0, TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);

        Assert.Equal(4413, await client.CloseCodeAsync());
        await gateway.ListenersAsync(0);
        await sending;
    }

    [Fact]
    public async Task Who_goes_on_sending_after_it_was_closed_is_no_longer_read()
    {
        const int Messages = 200_000; // about as many KiB
        using var log = new LogLines();
        await using var gateway = await StartUnreadAsync(log);
        using var client = await WebSocketClient.GreetAsync(gateway);

        Assert.InRange(await SendAllAsync(client, "{ __typename }", Messages), 1, Messages / 2);
    }

    [Fact]
    public async Task An_operation_s_id_that_each_answer_would_repeat_is_limited()
    {
        using var client = await WebSocketClient.GreetAsync(_gateway);
        await client.SendAsync($$$"""{"id":"{{{new string('x', 1_000)}}}","type":"subscribe","payload":{"query":"{ __typename }"}}""");
        Assert.Contains("\"next\"", await client.ReceiveAsync());

        await client.SendAsync($$$"""{"id":"{{{new string('x', 1_001)}}}","type":"subscribe","payload":{"query":"{ __typename }"}}""");

        Assert.Equal(4400, await client.CloseCodeAsync());
    }

    [Fact]
    public async Task Stopping_closes_with_going_away_and_completes_no_subscription()
    {
        await using var gateway = await GatewayServer.StartAsync();
        using var client = await WebSocketClient.GreetAsync(gateway);
        await client.SendAsync(Listen);
        await gateway.ListenersAsync(1);

        var stopping = gateway.StopAsync();

        Assert.Equal((int)WebSocketCloseStatus.EndpointUnavailable, await client.CloseCodeAsync());
        await stopping;
    }

    [Fact]
    public async Task A_query_under_way_is_answered_before_the_gateway_stops()
    {
        // Nobody answers the command, so the query takes the whole of Gateway:Timeout.
        await using var gateway = await GatewayServer.StartAsync();
        using var client = await WebSocketClient.GreetAsync(gateway);
        await client.SendAsync("""{"id":"a","type":"subscribe","payload":{"query":"{ getProductById(id: 1) { id } }"}}""");
        await client.SendAsync("""{"type":"ping"}""");
        await client.ReceiveAsync();

        var stopping = gateway.StopAsync();

        Assert.Contains("\"next\"", await client.ReceiveAsync());
        Assert.Equal("""{"id":"a","type":"complete"}""", await client.ReceiveAsync());
        Assert.Equal((int)WebSocketCloseStatus.EndpointUnavailable, await client.CloseCodeAsync());
        await stopping;
    }

    [Fact]
    public async Task Who_falls_too_far_behind_gets_what_waits_and_then_an_error()
    {
        await using var gateway = await GatewayServer.StartAsync(settings: ("Gateway:Subscriptions:Queue", "4"));
        using var client = await WebSocketClient.GreetAsync(gateway);
        await client.SendAsync(Listen.Replace("{ id }", "{ id description }", StringComparison.Ordinal));
        await gateway.ListenersAsync(1);

        // More than any buffer on the way takes.
        var description = new string('x', 64 * 1024);
        for (var i = 1; i <= 500; i++)
        {
            gateway.Publish($"{i}", description);
        }

        var received = 0;
        string message;
        while ((message = await client.ReceiveAsync()).Contains("\"next\"", StringComparison.Ordinal))
        {
            received++;
            Assert.Contains($"\"id\":\"{received}\"", message);
        }

        Assert.InRange(received, 4, 499);
        Assert.StartsWith("""{"id":"a","type":"error","payload":[""", message);
        Assert.Contains(ErrorCodes.SubscriberTooSlow, message);
        await gateway.ListenersAsync(0);
    }

    private static Task<GatewayServer> StartUnreadAsync(LogLines log) => GatewayServer.StartAsync(
        "Development", new KnownProducts(), log, ("Gateway:Subscriptions:OperationsPerConnection", "2"), ("Logging:LogLevel:Default", "Debug"));

    // How many messages were sent before the connection ended.
    private static async Task<int> SendAllAsync(WebSocketClient client, string query, int messages)
    {
        for (var sent = 0; sent < messages; sent++)
        {
            try
            {
                await client.SendAsync($$$"""{"id":"{{{sent.ToString(CultureInfo.InvariantCulture).PadRight(1_000, 'x')}}}","type":"subscribe","payload":{"query":"{{{query}}}"}}""");
            }
            catch (Exception exception) when (exception is WebSocketException or ObjectDisposedException)
            {
                return sent;
            }
        }

        return messages;
    }
}
