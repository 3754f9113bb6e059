using System.Text.Json;
using Google.Protobuf;
using Marketplace.Products.V1;
using Xunit;

namespace Marketplace.Tests.Gateway;

/// <summary>Products over gRPC while Kafka and Redis cannot be reached.</summary>
public sealed class GrpcReadTests
{
    private const string Query = "{ getProductById(id: \"1\") { title source } }";

    [Theory]
    [InlineData("Hedge")]
    [InlineData("First")]
    public async Task Without_Kafka_products_are_read_over_gRPC(string path)
    {
        await using var service = await ScriptedService.StartAsync();
        service.OnGet = (request, _) => Task.FromResult(Answer(request, Source.Database));
        await using var gateway = await GatewayServer.StartAsync(settings: [service.Setting, ("Gateway:GrpcReads", path), ("Gateway:Timeout", "00:00:10")]);

        for (var i = 0; i < 10; i++)
        {
            Assert.Equal("""{"data":{"getProductById":{"title":"Over gRPC","source":"DATABASE"}}}""", (await gateway.QueryAsync(Query)).Body);
        }
    }

    [Fact]
    public async Task Switched_off_it_is_left_alone()
    {
        await using var service = await ScriptedService.StartAsync();
        service.OnGet = (request, _) => Task.FromResult(Answer(request, Source.Database));
        await using var gateway = await GatewayServer.StartAsync(settings: [service.Setting, ("Gateway:GrpcReads", "Off")]);

        Assert.Equal("UPSTREAM_TIMEOUT", (await gateway.QueryAsync(Query)).Code);
        Assert.Equal(0, service.Calls);
    }

    [Fact]
    public async Task Each_outcome_of_the_service_reaches_the_caller()
    {
        await using var service = await ScriptedService.StartAsync();
        service.OnGet = (request, _) => Task.FromResult(new GetResponse
        {
            Results =
            {
                request.Ids[0] switch
                {
                    "absent" => new ReadResult { Status = Status.NotFound, Source = Source.External },
                    "limited" => new ReadResult { Status = Status.Failed, Error = new Error { Code = "RATE_LIMITED", Message = "Later.", RetryAfterMs = 1500 } },
                    _ => new ReadResult { Status = Status.Found, Source = Source.Cache, Product = ByteString.CopyFromUtf8("{}") },
                },
            },
        });
        await using var gateway = await GatewayServer.StartAsync(settings: [service.Setting, ("Gateway:GrpcReads", "First")]);

        var absent = await gateway.QueryAsync("{ getProductById(id: \"absent\") { id } }");
        var limited = await gateway.QueryAsync("{ getProductById(id: \"limited\") { id } }");
        var broken = await gateway.QueryAsync("{ getProductById(id: \"broken\") { id } }");

        Assert.Equal("""{"data":{"getProductById":null}}""", absent.Body);
        Assert.Equal("RATE_LIMITED", limited.Code);
        Assert.Equal(1500, limited.Error.GetProperty("extensions").GetProperty("retryAfterMs").GetInt64());
        Assert.StartsWith("UPSTREAM_", broken.Code, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ids_asked_for_at_the_same_time_share_calls_however_large_their_products_are()
    {
        const int Ids = 100;
        await using var service = await ScriptedService.StartAsync();
        service.OnGet = (request, _) => Task.FromResult(Answer(request, Source.External, title: new string('x', 100_000)));
        await using var gateway = await GatewayServer.StartAsync(settings: [service.Setting, ("Gateway:GrpcReads", "First"), ("Gateway:Timeout", "00:01:00")]);
        var ids = Enumerable.Range(1, Ids).Select(id => $"{id}").ToArray();

        var answer = await gateway.QueryAsync("query($ids: [ID!]!) { products(marketplace: EBAY, ids: $ids) { id } }", new { ids });

        Assert.Equal(ids, answer.Data.GetProperty("products").EnumerateArray().Select(product => product.GetProperty("id").GetString()));
        Assert.InRange(service.Calls, 1, Ids / 4);
    }

    [Fact]
    public async Task Who_goes_away_ends_the_call()
    {
        var cancelled = new TaskCompletionSource();
        var called = new TaskCompletionSource();
        await using var service = await ScriptedService.StartAsync();
        service.OnGet = async (request, context) =>
        {
            await using var end = context.CancellationToken.Register(cancelled.SetResult);
            called.SetResult();
            await cancelled.Task;
            return Answer(request, Source.External);
        };
        await using var gateway = await GatewayServer.StartAsync(settings: [service.Setting, ("Gateway:GrpcReads", "First"), ("Gateway:Timeout", "00:05:00")]);
        using var client = new CancellationTokenSource();

        var asked = gateway.Client.GetAsync($"/graphql?query={Uri.EscapeDataString(Query)}", client.Token);
        await called.Task.WaitAsync(TestContext.Current.CancellationToken);
        await client.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asked);
        await cancelled.Task.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
    }

    private static GetResponse Answer(GetRequest request, Source source, string title = "Over gRPC") => new()
    {
        Results =
        {
            request.Ids.Select(id => new ReadResult
            {
                Status = Status.Found,
                Source = source,
                Product = ByteString.CopyFrom(JsonSerializer.SerializeToUtf8Bytes(new { id, title, fetchedAt = "2026-01-01T00:00:00Z" })),
            }),
        },
    };
}
