using System.Diagnostics;
using System.Text;
using System.Text.Json;
using CsCheck;
using Google.Protobuf;
using Marketplace.Gateway.Execution;
using Marketplace.Gateway.Http;
using Microsoft.Extensions.DependencyInjection;
using Xunit;
using SearchHit = Marketplace.Products.V1.SearchHit;
using SearchResponse = Marketplace.Products.V1.SearchResponse;

namespace Marketplace.Tests.Gateway;

public sealed class PlanTests
{
    [Fact]
    public async Task A_plan_answers_byte_for_byte_as_the_executor_does()
    {
        await using var service = await ScriptedService.StartAsync();
        service.OnSearch = request => new SearchResponse
        {
            Hits = { Enumerable.Range(1, request.Limit).Select(number => new SearchHit { Cursor = $"c{number}", Product = ByteString.CopyFromUtf8(KnownProducts.BareText) }) },
            Total = 9,
        };
        await using var gateway = await GatewayServer.StartAsync(reader: new KnownProducts(), settings: [service.Setting, ("Gateway:Marketplaces:1", "second-hand"), ("Gateway:Limits:Ids", "4"), ("Gateway:Limits:Entities", "9"), ("Gateway:Timeout", "00:01:00")]);
        var services = gateway.Services;
        var documents = services.GetRequiredService<DocumentCache>();
        var planned = services.GetRequiredService<GraphQLExecutor>();
        var executor = WithoutPlans(services);
        var (all, byPlan, invalid) = (0, 0, 0);

        await Gen.Int.SampleAsync(async seed =>
        {
            using var trace = new Activity("both").Start(); // errors have its id
            var (query, variables) = new QueryGenerator(new Random(seed)).Next();
            var request = new GraphQLRequest(query, null, variables is null ? default : Encoding.UTF8.GetBytes(variables));

            var (fast, fastOutcome) = await AnswerAsync(planned, request);
            var (full, fullOutcome) = await AnswerAsync(executor, request);

            Assert.True(fast == full && fastOutcome == fullOutcome, $"{query}\n{variables}\nby plan:  {fast}\nexecutor: {full}");
            Interlocked.Increment(ref all);
            var document = await documents.GetAsync(query);
            if (document.Errors is not null)
            {
                Interlocked.Increment(ref invalid);
            }
            else if (document.Find(null, out _)!.Plans is { } plans && plans.TryBind(request.Variables.Span, out _, out _))
            {
                Interlocked.Increment(ref byPlan);
            }
        }, iter: 1500);

        // Else the comparison would say little.
        Assert.True(byPlan > all / 3, $"{byPlan} of {all} had a plan, {invalid} were invalid");
    }

    [Fact]
    public async Task A_request_that_comes_again_is_answered_byte_for_byte_as_the_executor_does()
    {
        await using var gateway = await GatewayServer.StartAsync(reader: new KnownProducts(), settings: [("Gateway:Marketplaces:1", "second-hand")]);
        var parser = gateway.Services.GetRequiredService<RequestParser>();
        var planned = gateway.Services.GetRequiredService<GraphQLExecutor>();
        var executor = WithoutPlans(gateway.Services);
        var repeated = 0;

        await Gen.Int.SampleAsync(async seed =>
        {
            using var trace = new Activity("both").Start(); // errors have its id
            var (query, variables) = new QueryGenerator(new Random(seed)).NextField();
            var body = Encoding.UTF8.GetBytes($$"""{"query":{{JsonSerializer.Serialize(query)}},"variables":{{variables ?? "null"}}}""");
            Assert.True(parser.TryParse(body, out var request, out _));

            await AnswerAsync(planned, request with { Body = body });
            if (planned.TryRepeat(body, out var answer))
            {
                Assert.Equal((Encoding.UTF8.GetString(answer.Span), GraphQLOutcome.Executed), await AnswerAsync(executor, request));
                Interlocked.Increment(ref repeated);
            }
        }, iter: 1000);

        Assert.True(repeated > 100, $"{repeated} of 1000 were repeated");
    }

    [Fact]
    public async Task A_subscription_answers_byte_for_byte_by_plan_and_by_the_executor()
    {
        await using var gateway = await GatewayServer.StartAsync(reader: new KnownProducts());
        var planned = gateway.Services.GetRequiredService<GraphQLExecutor>();
        var executor = WithoutPlans(gateway.Services);
        var subscribed = 0;

        await Gen.Int.SampleAsync(async seed =>
        {
            using var trace = new Activity("both").Start(); // errors have its id
            var (query, variables) = new QueryGenerator(new Random(seed)).NextSubscription();
            var request = new GraphQLRequest(query, null, variables is null ? default : Encoding.UTF8.GetBytes(variables));

            var fast = await EventAnswersAsync(planned, request);
            var full = await EventAnswersAsync(executor, request);

            Assert.True(fast == full, $"{query}\n{variables}\nby plan:  {fast}\nexecutor: {full}");
            if (fast.StartsWith("{\"data\"", StringComparison.Ordinal))
            {
                Interlocked.Increment(ref subscribed);
            }
        }, iter: 500);

        Assert.True(subscribed > 300, $"{subscribed} of 500 were valid");
    }

    private static GraphQLExecutor WithoutPlans(IServiceProvider services)
    {
        var executor = ActivatorUtilities.CreateInstance<GraphQLExecutor>(services);
        executor.UsesPlans = false;
        return executor;
    }

    private static async Task<string> EventAnswersAsync(GraphQLExecutor executor, GraphQLRequest request)
    {
        using var output = new PooledBuffer();
        var (_, subscription) = await executor.ExecuteAsync(request, TransportCapabilities.Subscriptions, default, output, TestContext.Current.CancellationToken);
        using (subscription)
        {
            foreach (var product in subscription is null ? [] : KnownProducts.All)
            {
                await subscription!.WriteAsync(product, output, TestContext.Current.CancellationToken);
            }
        }

        return Encoding.UTF8.GetString(output.WrittenSpan);
    }

    private static async Task<(string Text, GraphQLOutcome Outcome)> AnswerAsync(GraphQLExecutor executor, GraphQLRequest request)
    {
        using var output = new PooledBuffer();
        var (outcome, _) = await executor.ExecuteAsync(request, TransportCapabilities.Mutations, default, output, TestContext.Current.CancellationToken);
        return (Encoding.UTF8.GetString(output.WrittenSpan), outcome);
    }
}
