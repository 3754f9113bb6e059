using System.Net.Http.Json;
using System.Text.RegularExpressions;
using Confluent.Kafka;
using Marketplace.Dashboard;
using Marketplace.Hosting.Running.DashboardLink;
using Marketplace.Tests.EndToEnd;
using Marketplace.Tests.Hosting.Traces;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using Xunit;

namespace Marketplace.Tests.Dashboard;

/// <summary>The page beside the whole model: what an operator does with it.</summary>
[Collection(nameof(SharedModel))]
public sealed class RunningModelTests(MarketplaceFixture model, Chromium chromium) : IClassFixture<Chromium>
{
    private const string DeadLetters = "ebay.product.get.dead-letter";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private DashboardServer Server => model.App.Services.GetRequiredService<DashboardLink>().Server!;

    [Fact]
    public async Task A_query_is_followed_from_the_gateway_through_Kafka_to_the_marketplace()
    {
        var traceId = await model.AskUntilTraceAsync(trace => trace.Spans.Any(span => span.Source.Name == "ebay-simulator") && trace.Spans.Any(span => span.Name == "process gateway.replies"), Cancel);

        await using var page = await chromium.OpenAsync(Server);
        await page.GoAsync("traces");
        await page.Page.GetByRole(AriaRole.Searchbox).FillAsync(traceId);
        await Assertions.Expect(page.Page.GetByText("1 trace", new() { Exact = true })).ToBeVisibleAsync();
        await page.Page.GetByRole(AriaRole.Link, new() { Name = "POST /graphql" }).ClickAsync();
        await Assertions.Expect(page.Row("process ebay.product.get")).ToBeVisibleAsync();
        await Assertions.Expect(page.Row("process ebay.product.get").Locator(".hop")).ToHaveAttributeAsync("title", new Regex("in Kafka, ebay.product.get"));
        await Assertions.Expect(page.Page.Locator(".critical").First).ToBeAttachedAsync();
        await page.ShouldBeSoundAsync();
        await page.ShouldBeAccessibleAsync();
        await page.ScreenshotAsync("model-trace");
    }

    [Fact]
    public async Task A_dead_letter_that_is_no_text_is_shown_all_the_same()
    {
        var id = $"poison-{Guid.NewGuid():N}";
        await ProduceAsync("ebay.product.get", id, [0x00, 0xFF, 0xFE, 0xC3, 0x28, .. "<img src=x onerror=alert(1)>"u8, 0x1B]);
        await using var page = await chromium.OpenAsync(Server);
        await page.GoAsync($"kafka?topic={DeadLetters}");
        await page.Row(id).GetByRole(AriaRole.Button).ClickAsync();
        await Assertions.Expect(page.Page.GetByRole(AriaRole.Complementary, new() { Name = "Details" })).ToContainTextAsync("error-origin");
        await Assertions.Expect(page.Page.GetByText("base64:AP/+wyg8aW1n")).ToBeVisibleAsync();
        await page.ScreenshotAsync("model-dead-letter-binary");
        await page.ShouldBeSoundAsync();
    }

    [Fact]
    public async Task A_resource_is_stopped_and_started_from_the_page_and_its_console_follows()
    {
        await using var page = await chromium.OpenAsync(Server);
        await page.GoAsync("resources");
        var row = page.Row("ebay-simulator");
        await Assertions.Expect(row).ToContainTextAsync("Running");
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Stop ebay-simulator" }).ClickAsync();
        await Assertions.Expect(row).ToContainTextAsync("Exited");
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Start ebay-simulator" }).ClickAsync();
        await Assertions.Expect(row).ToContainTextAsync("Running");
        await model.App.ResourceNotifications.WaitForResourceHealthyAsync("ebay-simulator", Cancel);

        await page.GoAsync("console/ebay-simulator");
        await Assertions.Expect(page.Page.GetByRole(AriaRole.Log)).ToContainTextAsync("Application started");
        await page.ShouldBeSoundAsync();
    }

    [Fact]
    public async Task A_dead_letter_shows_with_its_cause_and_is_replayed()
    {
        var id = $"poison-{Guid.NewGuid():N}";
        await ProduceAsync("ebay.product.get", id, "this is no command"u8.ToArray());
        await using var page = await chromium.OpenAsync(Server);
        await page.GoAsync($"kafka?topic={DeadLetters}");
        await Assertions.Expect(page.Row(id)).ToBeVisibleAsync();
        await page.Row(id).GetByRole(AriaRole.Button).ClickAsync();
        var details = page.Page.GetByRole(AriaRole.Complementary, new() { Name = "Details" });
        await Assertions.Expect(details).ToContainTextAsync("error-origin");
        await Assertions.Expect(details).ToContainTextAsync("this is no command");
        await page.ShouldBeSoundAsync();
        await page.ShouldBeAccessibleAsync();
        await page.ScreenshotAsync("model-dead-letter");

        // It goes back to its topic, cannot be handled there either, and comes again.
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Replay dead letters" }).ClickAsync();
        await Assertions.Expect(page.Page.GetByRole(AriaRole.Status).Filter(new() { HasText = "Replay dead letters" })).ToBeVisibleAsync();
        await Assertions.Expect(page.Row(id)).ToHaveCountAsync(2);
        await Assertions.Expect(page.Row(id).Filter(new() { HasText = "replayed" })).ToHaveCountAsync(1);
    }

    [Theory]
    [InlineData(1280, ColorScheme.Light)]
    [InlineData(390, ColorScheme.Dark)]
    public async Task Every_view_shows_the_model_soundly(int width, ColorScheme colors)
    {
        await model.AskTracedAsync("6600002", Cancel);
        await model.AskTracedAsync("6600002", Cancel);
        await using var page = await chromium.OpenAsync(Server, width, colors);
        (string Name, string Path, string Shows)[] views =
        [
            ("resources", "resources", "ebay-simulator"),
            ("graph", "resources?view=graph", "ebay-simulator"),
            ("resource", "resources?resource=ebay", "Health checks"),
            ("console", "console/*", "Application started"),
            ("logs", "logs?range=all", "ebay"),
            ("traces", "traces", "POST /graphql"),
            ("map", "traces?view=map", "ebay.product.get"),
            ("metrics", "metrics?service=ebay", "marketplace.product.reads"),
            ("pipeline", "pipeline", "Product reads by the layer that answered"),
            ("kafka", "kafka", "ebay.product.persisted"),
            ("topic", "kafka?topic=ebay.product.persisted", "Latest messages"),
        ];
        foreach (var (name, path, shows) in views)
        {
            await page.GoAsync(path);
            await Assertions.Expect(page.Page.GetByText(shows).Locator("visible=true").First).ToBeVisibleAsync();
            if (name is "kafka" or "topic")
            {
                // Offsets are committed behind the answer; the group shows once they are.
                await Assertions.Expect(page.Row("ebay.product").First).ToBeVisibleAsync();
            }

            await page.ShouldBeSoundAsync();
            await page.ShouldBeAccessibleAsync();
            await page.ScreenshotAsync($"model-{name}-{width}-{colors}".ToLowerInvariant());
        }
    }

    [Fact]
    public async Task Messages_that_arrive_meanwhile_move_neither_scroll_nor_selection()
    {
        foreach (var number in Enumerable.Range(0, 60))
        {
            await model.AskTracedAsync($"{6_700_000 + number}", Cancel);
        }

        await using var page = await chromium.OpenAsync(Server);
        await page.GoAsync("kafka?topic=ebay.product.persisted");
        var messages = page.Page.GetByRole(AriaRole.Table, new() { Name = "Messages" }).GetByRole(AriaRole.Row);
        var row = messages.Filter(new() { HasText = "6700020" });
        await row.ScrollIntoViewIfNeededAsync();
        await row.GetByRole(AriaRole.Button).ClickAsync();
        await Assertions.Expect(row).ToHaveClassAsync("selected");
        var before = (await row.BoundingBoxAsync())!.Y;

        await model.AskTracedAsync("6700099", Cancel);
        await Assertions.Expect(messages.Filter(new() { HasText = "6700099" })).ToBeAttachedAsync(new() { Timeout = 30_000 });

        Assert.Equal(before, (await row.BoundingBoxAsync())!.Y, 1.0);
        await Assertions.Expect(row).ToHaveClassAsync("selected");
    }

    [Fact]
    public async Task Topics_groups_and_messages_are_told_by_the_API()
    {
        await model.AskTracedAsync("6600003", Cancel);
        using var client = new HttpClient { BaseAddress = Server.Address };
        client.DefaultRequestHeaders.Authorization = new("Bearer", Server.Token);
        var overview = await Eventually.GetAsync(
            async token => (await client.GetFromJsonAsync<System.Text.Json.JsonElement>("api/kafka/kafka", token)).ToString(),
            json => json.Contains("\"committed\"", StringComparison.Ordinal),
            TimeSpan.FromMinutes(1),
            Cancel);
        Assert.Contains("\"ebay.product.get\"", overview, StringComparison.Ordinal);
        Assert.Contains("\"lag\"", overview, StringComparison.Ordinal);

        var messages = await Eventually.GetAsync(
            async token => await client.GetStringAsync("api/kafka/kafka/topics/ebay.product.persisted/messages?limit=10", token),
            json => json.Contains("6600003", StringComparison.Ordinal),
            TimeSpan.FromMinutes(1),
            Cancel);
        Assert.Contains("\"ce_type\"", messages, StringComparison.Ordinal);
        Assert.Contains("\"traceparent\"", messages, StringComparison.Ordinal);
    }

    private async Task ProduceAsync(string topic, string key, byte[] body)
    {
        var servers = await model.App.GetConnectionStringAsync("kafka", Cancel);
        using var producer = new ProducerBuilder<string, byte[]>(new ProducerConfig { BootstrapServers = servers }).Build();
        await producer.ProduceAsync(topic, new Message<string, byte[]> { Key = key, Value = body }, Cancel);
    }
}
