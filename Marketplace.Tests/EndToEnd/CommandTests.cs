using System.Globalization;
using System.Text;
using Confluent.Kafka;
using Xunit;

namespace Marketplace.Tests.EndToEnd;

/// <summary>The questions and commands of operators to the running model, as the dashboard and <c>aspire resource</c> do.</summary>
[Collection(nameof(SharedModel))]
public sealed class CommandTests(MarketplaceFixture model)
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(1);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Topics_are_listed_with_partitions_and_the_lag_of_the_service()
    {
        await model.Gateway.GetProductAsync("6600001", Cancel);

        // Offsets are committed behind the answer. An embedded broker does not list its groups.
        var lag = string.IsNullOrEmpty(Environment.GetEnvironmentVariable("KAFKA_HOME")) ? "" : "| ebay: ";
        var table = await Eventually.GetAsync(
            _ => AskAsync("kafka", "topics"),
            table => table.Split('\n').Any(row => row.Contains("ebay.product.get ", StringComparison.Ordinal) && row.Contains(lag, StringComparison.Ordinal)),
            Limit,
            Cancel);

        Assert.Contains("ebay.product.persisted", table, StringComparison.Ordinal);
        Assert.Contains("| gateway.replies | 12 |", table, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_last_messages_of_a_topic_are_shown_with_headers_and_body()
    {
        await model.Gateway.GetProductAsync("6600002", Cancel);

        await Eventually.GetAsync(
            _ => AskAsync("kafka", "messages", ("topic", "ebay.product.persisted"), ("count", "100")),
            json => json.Contains("\"6600002\"", StringComparison.Ordinal) && json.Contains("ce_type", StringComparison.Ordinal),
            Limit,
            Cancel);
    }

    [Fact]
    public async Task A_topic_that_is_not_there_is_refused_with_those_that_are()
    {
        var result = await ExecuteAsync("kafka", "messages", ("topic", "no-such-topic"), ("count", "10"));

        Assert.False(result.Success);
        Assert.StartsWith("topic must be one of: amazon.product.get, ", result.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("0")]
    [InlineData("101")]
    [InlineData("many")]
    public async Task A_number_of_messages_outside_of_what_is_allowed_is_refused(string count)
    {
        var result = await ExecuteAsync("kafka", "messages", ("topic", "ebay.product.persisted"), ("count", count));

        Assert.False(result.Success);
        Assert.Null(result.Data);
    }

    [Fact]
    public async Task A_product_is_looked_up_in_Redis_and_Postgres_without_asking_eBay()
    {
        await model.Gateway.GetProductAsync("6600003", Cancel);

        Assert.Contains("6600003", await AskAsync("ebay", "product", ("id", "6600003")), StringComparison.Ordinal);
        Assert.DoesNotContain("\"title\"", await AskAsync("ebay", "product", ("id", "6600004")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_outbox_and_the_days_calls_are_shown()
    {
        await model.Gateway.GetProductAsync("6600005", Cancel);

        Assert.Contains("unsent events", await AskAsync("ebay", "outbox"), StringComparison.Ordinal);
        Assert.Contains("by all instances, in Redis", await AskAsync("ebay", "budget"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_dead_letter_is_listed_shown_and_replayed()
    {
        var key = $"poison-{Guid.NewGuid():N}";
        var servers = await model.App.GetConnectionStringAsync("kafka", Cancel);
        using (var producer = new ProducerBuilder<string, byte[]>(new ProducerConfig { BootstrapServers = servers }).Build())
        {
            await producer.ProduceAsync("ebay.product.get", new Message<string, byte[]> { Key = key, Value = Encoding.UTF8.GetBytes("this is no command") }, Cancel);
        }

        var table = await Eventually.GetAsync(_ => AskAsync("ebay", "dead-letters"), table => table.Contains(key, StringComparison.Ordinal), Limit, Cancel);
        var row = table.Split('\n').Single(line => line.Contains(key, StringComparison.Ordinal)).Split('|', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        (string, string)[] place = [("partition", row[0]), ("offset", row[1])];
        Assert.True(long.TryParse(row[1], CultureInfo.InvariantCulture, out _), table);

        Assert.Contains("this is no command", await AskAsync("ebay", "dead-letter", place), StringComparison.Ordinal);
        var replayed = await ExecuteAsync("ebay", "replay-dead-letters", place);

        Assert.True(replayed.Success, replayed.Message);
    }

    private async Task<string> AskAsync(string resource, string command, params (string Name, string Value)[] arguments)
    {
        var result = await ExecuteAsync(resource, command, arguments);
        Assert.True(result.Success, result.Message);
        return result.Data!.Value;
    }

    private Task<ExecuteCommandResult> ExecuteAsync(string resource, string command, params (string Name, string Value)[] arguments) =>
        model.App.ResourceCommands.ExecuteCommandAsync(
            resource,
            command,
            new InteractionInputCollection([.. arguments.Select(argument => new InteractionInput { Name = argument.Name, InputType = InputType.Text, Value = argument.Value })]),
            Cancel);
}
