using System.Buffers;
using System.Text;
using CsCheck;
using GraphQL.Types;
using Marketplace.Gateway.Execution;
using Marketplace.Gateway.Execution.Plans;
using Marketplace.Gateway.Products;
using Marketplace.Messaging.Contracts;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace Marketplace.Tests.Gateway;

public sealed class PlanTests
{
    [Fact]
    public async Task A_plan_answers_byte_for_byte_as_the_executor_does()
    {
        await using var gateway = await GatewayServer.StartAsync(reader: new KnownProducts(), settings: [("Gateway:Marketplaces:1", "second-hand"), ("Gateway:Limits:Ids", "4")]);
        var services = gateway.Services;
        var documents = services.GetRequiredService<Documents>();
        var planned = services.GetRequiredService<GraphQLExecutor>();
        var executor = new GraphQLExecutor(documents, services.GetRequiredService<PersistedDocuments>(), services.GetRequiredService<PlanRunner>(), services.GetRequiredService<ISchema>(), services.GetRequiredService<AnswerWriter>(), NullLogger<GraphQLExecutor>.Instance)
        {
            UsesPlans = false,
        };
        var (all, byPlan, invalid) = (0, 0, 0);

        await Gen.Int.SampleAsync(async seed =>
        {
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

    private static async Task<(string Text, GraphQLOutcome Outcome)> AnswerAsync(GraphQLExecutor executor, GraphQLRequest request)
    {
        var output = new ArrayBufferWriter<byte>();
        var outcome = await executor.ExecuteAsync(request, readOnly: false, output, TestContext.Current.CancellationToken);
        return (Encoding.UTF8.GetString(output.WrittenSpan), outcome);
    }

    /// <summary>Answers by the id alone, at once.</summary>
    private sealed class KnownProducts : IProductReader
    {
        private static readonly ProductJson Whole = Parse("""
            {"id":"123","marketplace":"ebay","title":"Nike Men\u0027s \"Air\" é ü","description":"a\nb","price":{"amount":19.90,"currency":"USD"},
             "condition":"New","brand":"Nike","categoryPath":"A|B","imageUrls":["https://a/1.jpg","https://a/2.jpg"],"itemUrl":"https://a/itm/1",
             "seller":{"username":"u","feedbackScore":12,"feedbackPercentage":99.50},"availability":{"status":"IN_STOCK","quantity":3},
             "location":"Berlin, DE","fetchedAt":"2026-01-01T00:00:00+00:00","version":3}
            """);

        private static readonly ProductJson Bare = Parse("""{"id":"bare","title":"","seller":{"username":"u"},"fetchedAt":"2026-01-01T00:00:00Z"}""");

        public ValueTask<ProductResult> ReadAsync(string marketplace, string id, CancellationToken cancellationToken) => new(Read(marketplace, id));

        public ValueTask<ProductResult[]> ReadAsync(string marketplace, string[] ids, CancellationToken cancellationToken) =>
            new(Array.ConvertAll(ids, id => Read(marketplace, id)));

        private static ProductResult Read(string marketplace, string id) => id switch
        {
            _ when !ProductId.IsValid(id) => ProductResult.Absent,
            "absent" => ProductResult.Absent,
            "failing" => ProductResult.Failed(new ReplyError(ReplyErrorCodes.UpstreamUnavailable, $"Not now, <{marketplace}>.")),
            "limited" => ProductResult.Failed(new ReplyError(ReplyErrorCodes.RateLimited, "Later.", 1500)),
            "bare" => ProductResult.Found(Bare, ProductSource.External),
            _ => ProductResult.Found(Whole, (ProductSource)(id.Length % 4)),
        };

        private static ProductJson Parse(string json)
        {
            Assert.True(ProductJson.TryParse(Encoding.UTF8.GetBytes(json), out var product));
            return product;
        }
    }
}
