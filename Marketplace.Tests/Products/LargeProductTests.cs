using System.Text;
using System.Text.Json;
using Confluent.Kafka;
using Confluent.Kafka.Admin;
using Marketplace.Contracts;
using Marketplace.Products.Storage;
using Xunit;

namespace Marketplace.Tests.Products;

/// <summary>Products that Kafka would not take.</summary>
[Collection(Pipeline.Name)]
public class LargeProductTests(PipelineServers servers)
{
    private static readonly (string, string) Management = ("Management:Key", "key");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("漢", 43_690)] // three bytes each
    [InlineData("x漢", 65_536)] // the limit is in the middle of one
    [InlineData("\U0001F600", 65_536)] // two UTF-16 units each
    public void A_description_is_cut_between_two_characters(string pattern, int length)
    {
        var product = new Product { Id = "1", Marketplace = "ebay", Title = "t", Description = string.Concat(Enumerable.Repeat(pattern, 350_000)), FetchedAt = default };

        var cut = ProductSize.CutDescription(product);

        Assert.Equal((length, true), (cut.Description!.Length, cut.DescriptionTruncated));
        Assert.StartsWith(cut.Description, product.Description, StringComparison.Ordinal);
        Assert.InRange(Encoding.UTF8.GetByteCount(cut.Description), Product.MaxDescriptionBytes - 3, Product.MaxDescriptionBytes);
    }

    [Theory]
    [InlineData("\u0001")] // six bytes of JSON for one of UTF-8
    [InlineData("\U0001F600")]
    [InlineData("\"")]
    public void Whatever_a_description_holds_its_product_can_be_sent(string pattern)
    {
        var product = new Product { Id = "1", Marketplace = "ebay", Title = "t", Description = string.Concat(Enumerable.Repeat(pattern, 350_000)), FetchedAt = default };

        ProductSize.Check(StoredProduct.WriteContent(ProductSize.CutDescription(product)));
    }

    [Fact]
    public async Task One_with_a_long_description_is_answered_and_announced()
    {
        var marketplace = new TestMarketplace(servers.TakeMarketplace()) { Complete = product => product with { Description = new string('漢', 350_000) } };
        await using var service = await ProductProcess.StartAsync(servers, marketplace);
        await using var asker = await Asker.StartAsync(servers, marketplace.Name);

        var answer = await asker.AskAsync("pen");
        var heard = await asker.HearAsync("pen", version: 1);

        Assert.Equal((ReplyStatus.Found, true), (answer.Status, answer.Product!.DescriptionTruncated));
        Assert.Equal(new string('漢', Product.MaxDescriptionBytes / 3), answer.Product.Description);
        Assert.Equivalent(answer.Product, heard, strict: true);
    }

    [Fact]
    public async Task One_that_is_too_large_all_the_same_is_refused_with_its_size()
    {
        var marketplace = new TestMarketplace(servers.TakeMarketplace()) { Answer = (_, _) => Task.FromResult<string?>(new string('x', 1_100_000)) };
        await using var service = await ProductProcess.StartAsync(servers, marketplace);
        await using var asker = await Asker.StartAsync(servers, marketplace.Name);

        var answer = await asker.AskAsync("pen");

        Assert.Equal(ReplyErrorCodes.UpstreamUnavailable, answer.Error!.Code);
        Assert.Contains("950000 are allowed", answer.Error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_that_was_stored_before_there_was_a_limit_is_answered_with_an_error()
    {
        var marketplace = new TestMarketplace(servers.TakeMarketplace());
        await using var service = await ProductProcess.StartAsync(servers, marketplace);
        await using var asker = await Asker.StartAsync(servers, marketplace.Name);
        await asker.AskAsync("pen");
        await Behind.QueryAsync<object>(servers, marketplace.Name, $"UPDATE products SET content = {LargeContent(marketplace, "'pen'")}");
        await Behind.ForgetAsync(servers, marketplace.Name, "pen");

        var answer = await asker.AskAsync("pen");

        Assert.Equal(new ReplyError(ReplyErrorCodes.UpstreamUnavailable, "The product is larger than a message may be."), answer.Error);
    }

    [Fact]
    public async Task Events_that_are_too_large_are_set_aside_and_stop_no_others()
    {
        var marketplace = new TestMarketplace(servers.TakeMarketplace());
        await using var asker = await Asker.StartAsync(servers, marketplace.Name);
        await using (await ProductProcess.StartAsync(servers, marketplace))
        {
        }

        // As many as a batch has, from before there was a limit, and a later and shorter version of the first of them.
        await Behind.QueryAsync<object>(servers, marketplace.Name, $"""
            INSERT INTO outbox (product_id, version, fetched_at, persisted_at, content)
            SELECT 'large-' || number, 1, now(), now(), {LargeContent(marketplace, "'large-' || number")} FROM generate_series(1, 500) AS number
            """);
        await Behind.QueryAsync<object>(servers, marketplace.Name, $$"""
            INSERT INTO outbox (product_id, version, fetched_at, persisted_at, content)
            VALUES ('large-1', 2, now(), now(), convert_to('{"id":"large-1","marketplace":"{{marketplace.Name}}","title":"shorter"}', 'UTF8'))
            """);
        await using var service = await ProductProcess.StartAsync(servers, marketplace, Management);
        await asker.AskAsync("pen");

        await asker.HearAsync("pen", version: 1);
        Assert.Equal("shorter", (await asker.HearAsync("large-1", version: 2)).Title);
        JsonElement outbox = default;
        await Wait.UntilAsync(
            async () => (outbox = await OutboxAsync(service)).GetProperty("unsent").GetInt32() == 0, "nothing else waits");
        Assert.Equal(499, outbox.GetProperty("refused").GetInt32());
        Assert.Equal(Enumerable.Range(2, 20).Select(number => $"large-{number}"), outbox.GetProperty("refusedProducts").EnumerateArray().Select(id => id.GetString()));
        Assert.False(outbox.TryGetProperty("oldest", out _));
    }

    [Fact]
    public async Task What_the_brokers_own_limit_refuses_is_set_aside_alone_and_goes_out_once_the_limit_is_raised()
    {
        Assert.SkipWhen(string.IsNullOrEmpty(Environment.GetEnvironmentVariable("KAFKA_HOME")), "An embedded broker has no limit of its own.");
        var marketplace = new TestMarketplace(servers.TakeMarketplace()) { Complete = product => product.Id == "long" ? product with { Description = new string('x', 100_000) } : product };
        using var admin = new AdminClientBuilder(new AdminClientConfig { BootstrapServers = servers.Kafka }).Build();
        await LimitAsync(50_000);
        await using var asker = await Asker.StartAsync(servers, marketplace.Name);
        await using var service = await ProductProcess.StartAsync(servers, marketplace, Management);

        await Task.WhenAll(((string[])["a", "long", "b"]).Select(id => asker.AskAsync(id)));
        await asker.HearAsync("a", version: 1);
        await asker.HearAsync("b", version: 1);
        await Wait.UntilAsync(async () => (await OutboxAsync(service)).GetProperty("refused").GetInt32() == 1, "it is set aside");
        await LimitAsync(1_000_000);
        await Behind.QueryAsync<object>(servers, marketplace.Name, "UPDATE outbox SET refused_at = refused_at - interval '1 hour'");

        Assert.Equal(100_000, (await asker.HearAsync("long", version: 1)).Description!.Length);
        await Wait.UntilAsync(async () => (await OutboxAsync(service)).GetProperty("refused").GetInt32() == 0, "nothing is set aside");

        Task LimitAsync(int bytes) => admin.IncrementalAlterConfigsAsync(new()
        {
            [new ConfigResource { Type = ResourceType.Topic, Name = Topics.ProductPersisted(marketplace.Name) }] =
                [new ConfigEntry { Name = "max.message.bytes", Value = $"{bytes}", IncrementalOperation = AlterConfigOpType.Set }],
        });
    }

    private static async Task<JsonElement> OutboxAsync(ProductProcess service)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/management/outbox") { Headers = { Authorization = new("Bearer", Management.Item2) } };
        using var response = await service.Http.SendAsync(request, Cancel);
        return JsonElement.Parse(await response.EnsureSuccessStatusCode().Content.ReadAsStringAsync(Cancel));
    }

    // More than a message may have, in SQL.
    private static string LargeContent(TestMarketplace marketplace, string id) =>
        $$"""convert_to('{"id":"' || {{id}} || '","marketplace":"{{marketplace.Name}}","title":"large","description":"' || repeat('x', 1100000) || '"}', 'UTF8')""";
}
