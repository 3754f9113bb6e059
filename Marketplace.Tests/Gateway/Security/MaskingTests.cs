using Marketplace.Tests.Gateway.Subscriptions;
using Xunit;

namespace Marketplace.Tests.Gateway.Security;

public sealed class MaskingTests
{
    // The first has a plan; the second, with its introspection, is the executor's.
    public static TheoryData<string> Queries => ["{ getProductById(id: 1) { id } }", "{ getProductById(id: 1) { id } __schema { description } }"];

    [Theory]
    [MemberData(nameof(Queries))]
    public async Task Production_reveals_nothing_of_a_fault_but_the_trace(string query)
    {
        await using var gateway = await GatewayServer.StartAsync("Production", new FailingProducts(), ("Gateway:Explorable", "true"));

        var answer = await gateway.QueryAsync(query);

        Assert.Equal("INTERNAL_SERVER_ERROR", answer.Code);
        Assert.Equal("The gateway failed; the trace id leads to the cause.", answer.Error.GetProperty("message").GetString());
        Assert.Matches("^[0-9a-f]{32}$", answer.Error.GetProperty("extensions").GetProperty("traceId").GetString());
        AssertTellsNothing(answer.Body);
    }

    [Theory]
    [MemberData(nameof(Queries))]
    public async Task Elsewhere_the_kind_of_the_fault_is_named_and_nothing_more(string query)
    {
        await using var gateway = await GatewayServer.StartAsync("Development", new FailingProducts());

        var answer = await gateway.QueryAsync(query);

        Assert.Contains(nameof(InvalidTimeZoneException), answer.Error.GetProperty("message").GetString());
        AssertTellsNothing(answer.Body);
    }

    [Fact]
    public async Task A_websocket_gets_no_more()
    {
        await using var gateway = await GatewayServer.StartAsync("Production", new FailingProducts());
        using var client = await WebSocketClient.GreetAsync(gateway);

        await client.SendAsync("""{"id":"a","type":"subscribe","payload":{"query":"{ getProductById(id: 1) { id } }"}}""");

        var message = await client.ReceiveAsync();
        Assert.Contains("INTERNAL_SERVER_ERROR", message);
        AssertTellsNothing(message);
    }

    private static void AssertTellsNothing(string text)
    {
        foreach (var part in (string[])["hunter2", "db.internal", "   at ", "StackTrace", ".cs"])
        {
            Assert.DoesNotContain(part, text, StringComparison.Ordinal);
        }
    }
}
