using System.Globalization;
using System.Security.Cryptography;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace Marketplace.Tests.Browser;

/// <summary>What a developer sees of the model in Aspire's dashboard.</summary>
[Collection(typeof(AloneOnTheMachine))]
public sealed partial class DashboardTests(RunningDashboard dashboard) : IClassFixture<RunningDashboard>, IAsyncDisposable
{
    private const int LongestSource = 40;

    public ValueTask DisposeAsync() => dashboard.ClosePagesAsync();

    [Fact]
    public async Task Every_resource_runs_with_links_and_a_source_that_people_can_read()
    {
        var page = await dashboard.OpenAsync("/");

        foreach (var name in (string[])["kafka", "redis", "postgres", "marketplace", "ebay-simulator", "ebay", "gateway"])
        {
            await Expect(Resource(page, name).GetByRole(AriaRole.Gridcell, new() { Name = "Running", Exact = true })).ToBeVisibleAsync();
        }

        await Expect(Resource(page, "gateway").GetByRole(AriaRole.Link)).ToHaveTextAsync(["GraphQL", "Schema"]);
        await Expect(Resource(page, "ebay").GetByRole(AriaRole.Link)).ToHaveTextAsync(["Product", "OpenAPI"]);
        await Expect(Resource(page, "ebay-simulator").GetByRole(AriaRole.Link)).ToHaveTextAsync(["Faults", "Calls"]);
        foreach (var (name, scheme) in new[] { ("kafka", "tcp"), ("redis", "redis"), ("postgres", "tcp") })
        {
            await Expect(Resource(page, name).GetByRole(AriaRole.Gridcell).Nth(4)).ToHaveTextAsync(new Regex($@"^\s*{scheme}://localhost:\d+\s*$"));
        }

        var sources = await page.Locator("td:nth-child(4)").AllInnerTextsAsync();
        Assert.True(sources.Count >= 7, $"{sources.Count} resources are shown.");
        Assert.All(sources, source => Assert.True(source.Length <= LongestSource && !Folder().IsMatch(source), $"The source is '{source}'."));
        await KeepAsync(page, "resources");
    }

    [Fact]
    public async Task A_request_from_the_browser_is_one_trace_as_far_as_the_event()
    {
        var page = await dashboard.OpenAsync("/");
        var id = RandomNumberGenerator.GetInt32(100_000, int.MaxValue).ToString(CultureInfo.InvariantCulture);
        await AskAsync(page, $"{{ getProductById(id: \"{id}\") {{ id source }} }}", "\"EXTERNAL\"");

        await OpenAsync(page, "Traces");
        var trace = page.GetByRole(AriaRole.Row).Filter(new() { HasText = "gateway: POST /graphql" }).Filter(new() { HasText = "ebay (" });
        await Expect(trace).ToBeVisibleAsync();
        await KeepAsync(page, "traces");

        await trace.ClickAsync();
        await page.SetViewportSizeAsync(1280, 1000); // for all spans
        string[] spans =
        [
            "gateway: POST /graphql",
            "gateway: MSG kafka ebay.product.get",
            "ebay: MSG kafka ebay.product.get",
            "ebay: HTTP GET 200",
            "ebay-simulator: GET /buy/browse/v1/item/get_item_by_legacy_id",
            "ebay: MSG kafka gateway.replies",
            "gateway: MSG kafka gateway.replies",
            "ebay: MSG kafka ebay.product.persisted",
            "gateway: MSG kafka ebay.product.persisted",
        ];
        foreach (var span in spans)
        {
            await Expect(page.GetByRole(AriaRole.Gridcell, new() { Name = span, Exact = true })).ToBeVisibleAsync();
        }

        await KeepAsync(page, "trace");
    }

    [Fact]
    public async Task A_command_shows_its_result_as_a_table()
    {
        var page = await dashboard.OpenAsync("/");

        await Resource(page, "kafka").GetByRole(AriaRole.Button, new() { Name = "Actions", Exact = true }).ClickAsync();
        await page.GetByRole(AriaRole.Menuitem, new() { Name = "List topics" }).ClickAsync();

        var result = page.Locator("fluent-dialog"); // its role lies in a shadow, beside what it holds
        await Expect(result.Locator("th")).ToHaveTextAsync(["topic", "partitions", "messages", "lag by consumer group"]);
        foreach (var topic in (string[])["ebay.product.get", "ebay.product.get.dead-letter", "ebay.product.persisted", "gateway.replies"])
        {
            await Expect(result.Locator("tr", new() { Has = page.GetByText(topic, new() { Exact = true }) }).Locator("td").Nth(1)).ToHaveTextAsync("12");
        }

        await KeepAsync(page, "command");
    }

    [Theory]
    [InlineData("graph", "/?view=Graph", "ebay-simulator")]
    [InlineData("parameters", "/?view=Parameters", "ebay-db-password")]
    [InlineData("console-logs", "/consolelogs/resource/ebay", "Application started.")]
    [InlineData("structured-logs", "/structuredlogs", "Application started.")]
    [InlineData("metrics", "/metrics/resource/gateway?meter=System.Runtime&instrument=dotnet.gc.heap.total_allocated&view=Graph", "allocated on the managed GC heap")]
    public async Task A_page_shows_the_model(string name, string path, string text)
    {
        var page = await dashboard.OpenAsync(path);

        await KeepAsync(page, name, async () =>
        {
            await page.ReloadAsync();
            await Expect(page.GetByRole(AriaRole.Main).GetByText(text).First).ToBeVisibleAsync();
        });
    }

    /// <summary>Follows the gateway's link, as people do, and runs a query in the page there.</summary>
    private static async Task AskAsync(IPage page, string query, string answer)
    {
        var link = Resource(page, "gateway").GetByRole(AriaRole.Link, new() { Name = "GraphQL" });
        var editor = await page.Context.RunAndWaitForPageAsync(() => link.ClickAsync());
        await editor.Locator("#query").FillAsync(query);
        await editor.Locator("#run").ClickAsync();
        await Expect(editor.Locator("#answer")).ToContainTextAsync(answer);
    }

    private static Task OpenAsync(IPage page, string name) =>
        page.GetByRole(AriaRole.Navigation).GetByRole(AriaRole.Link, new() { Name = name, Exact = true }).ClickAsync();

    /// <summary>The row of a resource; what the row is called begins with the resource's type and name.</summary>
    private static ILocator Resource(IPage page, string name) =>
        page.GetByRole(AriaRole.Row, new() { NameRegex = new($@"^\w+: {Regex.Escape(name)}\s") });

    /// <summary>The page as it stands, which has nothing to warn of.</summary>
    private static async Task KeepAsync(IPage page, string name, Func<Task>? draw = null)
    {
        await Screenshots.KeepAsync(page, name, draw);
        await Expect(page.GetByRole(AriaRole.Alert)).ToHaveCountAsync(0);
    }

    /// <summary>A folder of this machine.</summary>
    [GeneratedRegex(@"(^|\s|=)(/|\w:\\)")]
    private static partial Regex Folder();
}
