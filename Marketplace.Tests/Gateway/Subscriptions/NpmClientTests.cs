using System.Net;
using System.Net.Sockets;
using Marketplace.Gateway.Subscriptions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Xunit;

namespace Marketplace.Tests.Gateway.Subscriptions;

/// <summary>The clients that frontend teams use, from npm.</summary>
public sealed class NpmClientTests
{
    private const string Ended = "\"ended\"";
    private const string OneProduct = """subscription { productPersisted(marketplace: EBAY, ids: ["1", "3"]) { id title source } }""";

    [Theory]
    [InlineData("graphql-ws")]
    [InlineData("graphql-sse")]
    public async Task A_subscription_gets_the_products_it_names_as_they_are_stored(string client)
    {
        var package = await NodePackage.InstallAsync("Clients");
        await using var gateway = await GatewayServer.StartAsync();
        using var run = package.Start("subscribe.js", client, $"{gateway.Client.BaseAddress}graphql", OneProduct, "2");
        await gateway.ListenersAsync(1);

        gateway.Publish("1");
        gateway.Publish("2");
        gateway.Publish("3");

        Assert.Equal("""{"data":{"productPersisted":{"id":"1","title":"Title of 1","source":"DATABASE"}}}""", await run.ReadLineAsync(TestContext.Current.CancellationToken));
        Assert.Equal("""{"data":{"productPersisted":{"id":"3","title":"Title of 3","source":"DATABASE"}}}""", await run.ReadLineAsync(TestContext.Current.CancellationToken));
        Assert.Equal(Ended, await run.ReadLineAsync(TestContext.Current.CancellationToken));
        await gateway.ListenersAsync(0);
    }

    [Theory]
    [InlineData("graphql-ws")]
    [InlineData("graphql-sse")]
    public async Task A_query_is_answered_once(string client)
    {
        var package = await NodePackage.InstallAsync("Clients");
        await using var gateway = await GatewayServer.StartAsync();
        using var run = package.Start("subscribe.js", client, $"{gateway.Client.BaseAddress}graphql", "{ __typename }", "9");

        Assert.Equal("""{"data":{"__typename":"Query"}}""", await run.ReadLineAsync(TestContext.Current.CancellationToken));
        Assert.Equal(Ended, await run.ReadLineAsync(TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData("graphql-ws", "{ nothing }", "GRAPHQL_VALIDATION_FAILED")]
    [InlineData("graphql-sse", "{ nothing }", "GRAPHQL_VALIDATION_FAILED")]
    [InlineData("graphql-ws", "subscription { productPersisted(marketplace: EBAY, ids: [\"a b\"]) { id } }", "BAD_USER_INPUT")]
    [InlineData("graphql-sse", "subscription { productPersisted(marketplace: EBAY, ids: [\"a b\"]) { id } }", "BAD_USER_INPUT")]
    [InlineData("graphql-ws", "subscription { __typename }", "GRAPHQL_VALIDATION_FAILED")]
    public async Task What_is_refused_comes_as_an_error_with_its_code(string client, string query, string code)
    {
        var package = await NodePackage.InstallAsync("Clients");
        await using var gateway = await GatewayServer.StartAsync();
        using var run = package.Start("subscribe.js", client, $"{gateway.Client.BaseAddress}graphql", query, "1");

        Assert.Contains($"\"code\":\"{code}\"", await run.ReadLineAsync(TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData("graphql-ws")]
    [InlineData("graphql-sse")]
    public async Task A_client_goes_on_elsewhere_when_an_instance_stops(string client)
    {
        var package = await NodePackage.InstallAsync("Clients");
        var address = FreeAddress();
        NodeRun run;
        await using (var first = await GatewayServer.StartAsync(settings: ("urls", address)))
        {
            run = package.Start("subscribe.js", client, $"{address}/graphql", OneProduct, "2");
            await first.ListenersAsync(1);
            first.Publish("1");
            Assert.Contains("\"1\"", await run.ReadLineAsync(TestContext.Current.CancellationToken));

            await first.StopAsync();
        }

        using (run)
        {
            await using var second = await GatewayServer.StartAsync(settings: ("urls", address));
            await second.ListenersAsync(1);
            second.Publish("3");

            Assert.Contains("\"3\"", await run.ReadLineAsync(TestContext.Current.CancellationToken));
        }
    }

    [Fact]
    public async Task A_stream_that_begins_while_the_gateway_stops_ends_without_complete_so_that_clients_go_elsewhere()
    {
        await using var gateway = await GatewayServer.StartAsync();
        gateway.Services.GetRequiredService<IHostApplicationLifetime>().StopApplication();

        var answer = await gateway.QueryAsync(OneProduct, accept: "text/event-stream");

        Assert.Equal((HttpStatusCode.OK, "text/event-stream", ""), (answer.Status, answer.MediaType, answer.Body));
    }

    private static string FreeAddress()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return $"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}";
    }
}

internal static class SubscriptionSteps
{
    /// <summary>Stores a product, as far as subscribers can see.</summary>
    public static void Publish(this GatewayServer gateway, string id, string? description = null, string marketplace = "ebay") =>
        gateway.Services.GetRequiredService<ProductSubscribers>().Publish(new(marketplace, id), SampleProducts.Parse(
            $$"""{"id":"{{id}}","marketplace":"{{marketplace}}","title":"Title of {{id}}","description":"{{description}}","fetchedAt":"2026-01-01T00:00:00Z","version":1}"""));

    /// <summary>Waits until there are so many subscribers.</summary>
    public static async Task ListenersAsync(this GatewayServer gateway, int count)
    {
        var subscribers = gateway.Services.GetRequiredService<ProductSubscribers>();
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(TimeSpan.FromSeconds(30));
        while (subscribers.Count != count)
        {
            await Task.Delay(10, limit.Token);
        }
    }
}
