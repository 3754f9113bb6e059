using System.Globalization;
using Marketplace.Dashboard;
using Microsoft.Playwright;
using OpenTelemetry.Proto.Logs.V1;
using Xunit;
using Kind = OpenTelemetry.Proto.Trace.V1.Span.Types.SpanKind;

namespace Marketplace.Tests.Dashboard;

/// <summary>The page in a real browser.</summary>
public sealed class PageTests(Chromium chromium) : IClassFixture<Chromium>
{
    private static readonly DashboardResource Gateway = new()
    {
        Name = "gateway",
        Type = "Project",
        State = "Running",
        Health = DashboardHealth.Healthy,
        HealthReports = [new("gateway_http", DashboardHealth.Healthy, "GET /health answered 200")],
        StartedAt = DateTimeOffset.UtcNow,
        Source = "Marketplace.Gateway/Marketplace.Gateway.csproj",
        Urls = [new("http://localhost:4000/graphql")],
        Environment = [new("ConnectionStrings__redis", "localhost:6379,password=correct-horse", IsSecret: true), new("OTEL_SERVICE_NAME", "gateway")],
        Relations = [new("redis", ResourceRelationKind.Reference)],
        Commands = [new("resource-start", "Start", Enabled: false), new("resource-stop", "Stop"), new("resource-restart", "Restart")],
    };

    private static readonly DashboardResource Redis = new() { Name = "redis", Type = "Redis", State = "Starting", Reason = "Waits for its port" };

    [Fact]
    public async Task A_resource_is_stopped_from_the_page_and_its_states_show_as_they_change()
    {
        await using var dashboard = await StartAsync();
        await using var page = await chromium.OpenAsync(dashboard);
        await Assertions.Expect(page.Row("gateway")).ToContainTextAsync("Running");
        await Assertions.Expect(page.Row("redis")).ToContainTextAsync("Waits for its port");

        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Stop gateway" }).ClickAsync();
        await Assertions.Expect(page.Page.GetByRole(AriaRole.Status).Filter(new() { HasText = "Stop" })).ToBeVisibleAsync();
        Assert.Equal([("gateway", "resource-stop")], dashboard.Model.Commands);

        dashboard.Model.Set(Gateway with { State = "Exited", ExitCode = 143, Health = null });
        await Assertions.Expect(page.Row("gateway")).ToContainTextAsync("Exited with 143");
        await page.ShouldBeSoundAsync();
    }

    [Fact]
    public async Task A_command_that_failed_says_why()
    {
        await using var dashboard = await StartAsync();
        dashboard.Model.OnCommand = (_, _) => new(false, "The process does not end.");
        await using var page = await chromium.OpenAsync(dashboard);
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Restart gateway" }).ClickAsync();
        await Assertions.Expect(page.Page.GetByRole(AriaRole.Status)).ToContainTextAsync("The process does not end.");
    }

    [Fact]
    public async Task A_secret_shows_only_when_asked_for()
    {
        await using var dashboard = await StartAsync();
        await using var page = await chromium.OpenAsync(dashboard);
        await page.GoAsync("resources?resource=gateway");
        var details = page.Page.GetByRole(AriaRole.Complementary, new() { Name = "Details" });
        await Assertions.Expect(details).ToContainTextAsync("OTEL_SERVICE_NAME");
        await Assertions.Expect(details).Not.ToContainTextAsync("correct-horse");
        await details.GetByRole(AriaRole.Button, new() { Name = "Show ConnectionStrings__redis" }).ClickAsync();
        await Assertions.Expect(details).ToContainTextAsync("correct-horse");
        await page.Page.Keyboard.PressAsync("Escape");
        await Assertions.Expect(details).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task The_console_shows_lines_as_they_are_written_searches_and_pauses()
    {
        await using var dashboard = await StartAsync();
        dashboard.Model.Write("gateway", "\u001b[31mred\u001b[0m alert");
        await using var page = await chromium.OpenAsync(dashboard);
        await page.GoAsync("console/gateway");
        var log = page.Page.GetByRole(AriaRole.Log);
        await Assertions.Expect(log).ToContainTextAsync("red alert");
        await Assertions.Expect(log.Locator(".ansi-red-fg")).ToHaveTextAsync("red");
        dashboard.Model.Write("gateway", "a live line <script>alert(1)</script>");
        await Assertions.Expect(log).ToContainTextAsync("a live line <script>alert(1)</script>");

        await page.Page.GetByRole(AriaRole.Searchbox, new() { Name = "Search lines" }).FillAsync("LIVE");
        await Assertions.Expect(log).Not.ToContainTextAsync("red alert");
        await Assertions.Expect(page.Page).ToHaveURLAsync(new System.Text.RegularExpressions.Regex("text=LIVE"));
        await page.Page.GetByRole(AriaRole.Searchbox, new() { Name = "Search lines" }).FillAsync("");
        await Assertions.Expect(log).ToContainTextAsync("red alert");

        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Live" }).ClickAsync();
        dashboard.Model.Write("gateway", "written while paused");
        dashboard.Model.Set(Gateway with { Reason = "marker" });
        await Assertions.Expect(log).Not.ToContainTextAsync("written while paused");
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Paused" }).ClickAsync();
        await Assertions.Expect(log).ToContainTextAsync("written while paused");
        await page.ShouldBeSoundAsync();
    }

    [Fact]
    public async Task The_console_stays_where_it_is_read_while_lines_arrive()
    {
        await using var dashboard = await StartAsync();
        for (var i = 0; i < 300; i++)
        {
            dashboard.Model.Write("gateway", $"line {i:000}");
        }

        await using var page = await chromium.OpenAsync(dashboard);
        await page.GoAsync("console/gateway");
        var log = page.Page.GetByRole(AriaRole.Log);
        await Assertions.Expect(page.Page.GetByText("line 299")).ToBeInViewportAsync();
        await page.Page.GetByText("line 100").ScrollIntoViewIfNeededAsync();
        await Assertions.Expect(page.Page.GetByRole(AriaRole.Button, new() { Name = "Latest" })).ToBeVisibleAsync();
        var before = (await page.Page.GetByText("line 100").BoundingBoxAsync())!.Y;
        dashboard.Model.Write("gateway", "came meanwhile");
        await Assertions.Expect(log).ToContainTextAsync("came meanwhile");
        Assert.Equal(before, (await page.Page.GetByText("line 100").BoundingBoxAsync())!.Y, 1.0);

        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Latest" }).ClickAsync();
        await Assertions.Expect(page.Page.GetByText("came meanwhile")).ToBeInViewportAsync();
        dashboard.Model.Write("gateway", "followed again");
        await Assertions.Expect(page.Page.GetByText("followed again")).ToBeInViewportAsync();
    }

    [Fact]
    public async Task One_console_shows_what_all_resources_write()
    {
        await using var dashboard = await StartAsync();
        dashboard.Model.Write("gateway", "first by the gateway");
        dashboard.Model.Write("redis", "second by redis");
        await using var page = await chromium.OpenAsync(dashboard);
        await page.GoAsync("console/*");
        var log = page.Page.GetByRole(AriaRole.Log);
        await Assertions.Expect(log.Locator(".line")).ToHaveTextAsync([new System.Text.RegularExpressions.Regex("gateway.*first by the gateway"), new System.Text.RegularExpressions.Regex("redis.*second by redis")]);
        dashboard.Model.Write("gateway", "third, live");
        dashboard.Model.Set(Redis with { Name = "late" });
        dashboard.Model.Write("late", "of a resource that came later");
        await Assertions.Expect(log).ToContainTextAsync("third, live");
        await Assertions.Expect(log).ToContainTextAsync("of a resource that came later");

        var file = await page.Page.RunAndWaitForDownloadAsync(() => page.Page.GetByRole(AriaRole.Link, new() { Name = "Download the console" }).ClickAsync());
        Assert.Equal("all-resources.log", file.SuggestedFilename);
        Assert.Collection(
            await File.ReadAllLinesAsync(await file.PathAsync(), dashboard.Cancellation),
            line => Assert.EndsWith(" gateway | first by the gateway", line, StringComparison.Ordinal),
            line => Assert.EndsWith(" redis   | second by redis", line, StringComparison.Ordinal),
            line => Assert.EndsWith(" gateway | third, live", line, StringComparison.Ordinal),
            line => Assert.EndsWith(" late    | of a resource that came later", line, StringComparison.Ordinal));
        await page.ShouldBeSoundAsync();
    }

    [Fact]
    public async Task The_graph_shows_the_model_and_the_state_of_each_resource()
    {
        await using var dashboard = await StartAsync();
        dashboard.Model.Set(Gateway with { Name = "ebay-1", ReplicaOf = "ebay" });
        dashboard.Model.Set(Gateway with { Name = "ebay-2", ReplicaOf = "ebay", State = "Exited", ExitCode = 1 });
        await using var page = await chromium.OpenAsync(dashboard);
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Graph", Exact = true }).ClickAsync();
        var graph = page.Page.GetByRole(AriaRole.Region, new() { Name = "Graph of the model" });
        // The gateway and the two replicas, which are one node, refer to redis.
        await Assertions.Expect(graph.Locator(".edge")).ToHaveCountAsync(2);
        await Assertions.Expect(graph.GetByRole(AriaRole.Button, new() { Name = "ebay ×2" })).ToContainTextAsync("1 of 2 running");
        dashboard.Model.Set(Redis with { State = "Running", Reason = null });
        await Assertions.Expect(graph.GetByRole(AriaRole.Button, new() { Name = "redis" })).ToContainTextAsync("Running");
        await graph.GetByRole(AriaRole.Button, new() { Name = "gateway" }).ClickAsync();
        await Assertions.Expect(page.Page.GetByRole(AriaRole.Complementary, new() { Name = "Details" })).ToContainTextAsync("Health checks");
        await page.ShouldBeSoundAsync();
    }

    [Fact]
    public async Task The_service_map_is_drawn_from_the_traces_that_match()
    {
        await using var dashboard = await StartAsync();
        await SampleTelemetry.SendQueryAsync(dashboard, TimeSpan.FromSeconds(20), operation: "good");
        await SampleTelemetry.SendQueryAsync(dashboard, TimeSpan.FromSeconds(10), fails: true, operation: "bad");
        await using var page = await chromium.OpenAsync(dashboard);
        await page.GoAsync("traces?view=map");
        var map = page.Page.GetByRole(AriaRole.Region, new() { Name = "Service map" });
        await Assertions.Expect(map.GetByRole(AriaRole.Button, new() { Name = "ebay 2 calls, 1 error" })).ToBeVisibleAsync();
        await page.Page.GetByLabel("Outcome").SelectOptionAsync("false");
        await Assertions.Expect(map.GetByRole(AriaRole.Button, new() { Name = "ebay 1 call" })).ToBeVisibleAsync();
        await map.GetByRole(AriaRole.Button, new() { Name = "ebay.product.get" }).ClickAsync();
        await Assertions.Expect(page.Page.GetByRole(AriaRole.Complementary, new() { Name = "Details" })).ToContainTextAsync("Called by");
        await page.ShouldBeSoundAsync();
    }

    [Fact]
    public async Task Telemetry_is_exported_forgotten_and_imported_from_the_page()
    {
        await using var dashboard = await StartAsync();
        await SampleTelemetry.SendQueryAsync(dashboard);
        await using var page = await chromium.OpenAsync(dashboard);
        page.Page.Dialog += (_, dialog) => _ = dialog.AcceptAsync();
        await page.GoAsync("traces");
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Export, import or forget telemetry" }).ClickAsync();
        var file = await page.Page.RunAndWaitForDownloadAsync(() => page.Page.GetByRole(AriaRole.Link, new() { Name = "Export this time range" }).ClickAsync());
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Forget all" }).ClickAsync();
        await Assertions.Expect(page.Page.GetByRole(AriaRole.Heading, new() { Name = "No traces yet" })).ToBeVisibleAsync();
        await page.Page.Locator("input[type=file]").SetInputFilesAsync(await file.PathAsync());
        await Assertions.Expect(page.Row("POST /graphql")).ToBeVisibleAsync();
        await page.ShouldBeSoundAsync();
    }

    [Fact]
    public async Task A_time_range_chosen_in_one_view_holds_in_the_others()
    {
        await using var dashboard = await StartAsync();
        await SampleTelemetry.SendQueryAsync(dashboard, TimeSpan.FromHours(2), operation: "earlier");
        await SampleTelemetry.SendQueryAsync(dashboard, operation: "now");
        await using var page = await chromium.OpenAsync(dashboard);
        await page.GoAsync("traces");
        await Assertions.Expect(page.Page.GetByText("1 trace", new() { Exact = true })).ToBeVisibleAsync();
        await page.Page.GetByRole(AriaRole.Combobox, new() { Name = "Time range" }).SelectOptionAsync("custom");
        // What a person types is local time, and the browser's here is the machine's.
        await page.Page.GetByLabel("From", new() { Exact = true }).FillAsync(DateTime.Now.AddHours(-3).ToString("yyyy-MM-ddTHH:mm:ss", CultureInfo.InvariantCulture));
        await page.Page.GetByLabel("To", new() { Exact = true }).FillAsync(DateTime.Now.AddHours(-1).ToString("yyyy-MM-ddTHH:mm:ss", CultureInfo.InvariantCulture));
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Show", Exact = true }).ClickAsync();
        await Assertions.Expect(page.Row("earlier")).ToBeVisibleAsync();
        await Assertions.Expect(page.Row("now")).ToHaveCountAsync(0);
        await page.Page.GetByRole(AriaRole.Link, new() { Name = "Logs", Exact = true }).ClickAsync();
        await Assertions.Expect(page.Row("Fetched earlier")).ToBeVisibleAsync();
        await Assertions.Expect(page.Row("Fetched now")).ToHaveCountAsync(0);
        await page.ShouldBeSoundAsync();
    }

    [Fact]
    public async Task A_trace_is_found_by_its_id_and_shows_its_kafka_hop_and_critical_path()
    {
        await using var dashboard = await StartAsync();
        await SampleTelemetry.SendQueryAsync(dashboard, TimeSpan.FromSeconds(30), operation: "other");
        var id = await SampleTelemetry.SendQueryAsync(dashboard, TimeSpan.FromSeconds(10));
        await using var page = await chromium.OpenAsync(dashboard);
        await page.GoAsync("traces");
        await page.Page.GetByRole(AriaRole.Searchbox).FillAsync(id.ToString());
        await Assertions.Expect(page.Page.GetByText("1 trace", new() { Exact = true })).ToBeVisibleAsync();
        await page.Page.GetByRole(AriaRole.Link, new() { Name = "POST /graphql getProductById" }).ClickAsync();

        await Assertions.Expect(page.Row("process ebay.product.get").Locator(".hop")).ToHaveAttributeAsync("title", "2.00 ms in Kafka, ebay.product.get");
        await Assertions.Expect(page.Row("SELECT ebay.products").Locator(".critical")).ToHaveCountAsync(1);
        await Assertions.Expect(page.Row("process ebay.product.get").Locator(".log-mark")).ToHaveAttributeAsync("title", "Information: Fetched getProductById in 9 ms");
        await Assertions.Expect(page.Row("SELECT ebay.products").Locator(".event")).ToHaveAttributeAsync("title", "rows read");

        // By keyboard to the consumer: root, redis, producer, consumer.
        await page.Page.GetByRole(AriaRole.Grid, new() { Name = "Spans" }).FocusAsync();
        for (var i = 0; i < 4; i++)
        {
            await page.Page.Keyboard.PressAsync("ArrowDown");
        }

        var details = page.Page.GetByRole(AriaRole.Complementary, new() { Name = "Details" });
        await Assertions.Expect(details).ToContainTextAsync("Waited in Kafka");
        await Assertions.Expect(details.GetByRole(AriaRole.Link, new() { Name = "Fetched getProductById in 9 ms" })).ToBeVisibleAsync();
        await page.ShouldBeSoundAsync();

        // The address holds all of it.
        await page.Page.ReloadAsync();
        await Assertions.Expect(details).ToContainTextAsync("Waited in Kafka");
    }

    [Fact]
    public async Task Traces_and_logs_are_filtered_by_outcome_and_attribute_and_lead_to_each_other()
    {
        await using var dashboard = await StartAsync();
        await SampleTelemetry.SendQueryAsync(dashboard, TimeSpan.FromSeconds(20), operation: "good");
        await SampleTelemetry.SendQueryAsync(dashboard, TimeSpan.FromSeconds(10), fails: true, operation: "bad");
        await using var page = await chromium.OpenAsync(dashboard);
        await page.GoAsync("traces");
        await Assertions.Expect(page.Page.GetByText("2 traces")).ToBeVisibleAsync();
        await page.Page.GetByLabel("Outcome").SelectOptionAsync("true");
        await Assertions.Expect(page.Page.GetByText("1 trace", new() { Exact = true })).ToBeVisibleAsync();
        await page.Page.GetByLabel("Outcome").SelectOptionAsync("");
        await page.Page.GetByLabel("Add an attribute filter").FillAsync("graphql.operation.name=good");
        await page.Page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(page.Page.GetByRole(AriaRole.Link, new() { Name = "good" })).ToBeVisibleAsync();
        await Assertions.Expect(page.Page.GetByRole(AriaRole.Link, new() { Name = "bad" })).ToHaveCountAsync(0);

        await page.GoAsync("logs?level=Error");
        await Assertions.Expect(page.Page.GetByText("1 record", new() { Exact = true })).ToBeVisibleAsync();
        await page.Row("Fetched bad").GetByRole(AriaRole.Link).ClickAsync();
        await Assertions.Expect(page.Page.GetByRole(AriaRole.Complementary, new() { Name = "Details" })).ToContainTextAsync("eBay answered 500");
    }

    [Fact]
    public async Task What_arrives_meanwhile_moves_neither_scroll_nor_selection()
    {
        await using var dashboard = await StartAsync();
        for (var i = 0; i < 120; i++)
        {
            await SampleTelemetry.SendQueryAsync(dashboard, TimeSpan.FromSeconds(300 - i), operation: $"old{i:000}");
        }

        await using var page = await chromium.OpenAsync(dashboard);
        await page.GoAsync("traces?range=all");
        var grid = page.Page.GetByRole(AriaRole.Grid, new() { Name = "Traces" });
        await Assertions.Expect(page.Page.GetByText("120 traces")).ToBeVisibleAsync();
        await grid.EvaluateAsync("grid => grid.scrollTop = 1500");
        var row = page.Row("old065");
        await Assertions.Expect(row).ToBeVisibleAsync();
        await grid.FocusAsync();
        var before = (await row.BoundingBoxAsync())!.Y;
        await SampleTelemetry.SendQueryAsync(dashboard, operation: "new");
        await Assertions.Expect(page.Page.GetByText("121 traces")).ToBeVisibleAsync();
        Assert.Equal(before, (await row.BoundingBoxAsync())!.Y, 1.0);

        // At the edge the new ones show.
        await grid.EvaluateAsync("grid => grid.scrollTop = 0");
        await SampleTelemetry.SendQueryAsync(dashboard, operation: "newest");
        await Assertions.Expect(page.Row("newest")).ToBeInViewportAsync();

        await page.GoAsync("logs?range=all");
        var logs = page.Page.GetByRole(AriaRole.Grid, new() { Name = "Structured logs" });
        await Assertions.Expect(page.Row("Fetched newest")).ToBeInViewportAsync();
        await page.Row("Fetched newest").ClickAsync();
        await SampleTelemetry.SendLogAsync(dashboard, "gateway", SeverityNumber.Warn, "a live record");
        await Assertions.Expect(page.Row("a live record")).ToBeInViewportAsync();
        await Assertions.Expect(page.Row("Fetched newest")).ToHaveAttributeAsync("aria-selected", "true");
        Assert.True(await logs.EvaluateAsync<bool>("grid => grid.scrollTop > 0"));
    }

    [Fact]
    public async Task A_trace_of_three_thousand_spans_is_searched_without_drawing_them_all()
    {
        await using var dashboard = await StartAsync();
        var (trace, root) = (SampleTelemetry.Id(16), SampleTelemetry.Id(8));
        var start = Marketplace.Dashboard.Telemetry.UnixNanos.From(DateTimeOffset.UtcNow.AddMinutes(-1));
        await SampleTelemetry.SendSpansAsync(dashboard, "gateway", SampleTelemetry.Span(trace, root, null, "products", Kind.Server, start, 0, 3000));
        await SampleTelemetry.SendSpansAsync(dashboard, "ebay", [.. Enumerable.Range(0, 3000).Select(i =>
            SampleTelemetry.Span(trace, SampleTelemetry.Id(8), root, $"resolve[{i:0000}]", Kind.Internal, start, i, i + 1, ("index", i.ToString(CultureInfo.InvariantCulture))))]);
        await using var page = await chromium.OpenAsync(dashboard);
        await page.GoAsync("traces/" + Convert.ToHexStringLower(trace.Span));
        var grid = page.Page.GetByRole(AriaRole.Grid, new() { Name = "Spans" });
        await Assertions.Expect(grid).ToHaveAttributeAsync("aria-rowcount", "3002");
        Assert.InRange(await grid.GetByRole(AriaRole.Row).CountAsync(), 10, 100);

        await page.Page.GetByRole(AriaRole.Searchbox).FillAsync("resolve[2750]");
        await Assertions.Expect(page.Page.GetByText("1 hit")).ToBeVisibleAsync();
        await Assertions.Expect(page.Row("resolve[2750]")).ToBeInViewportAsync();
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Only hits" }).ClickAsync();
        await Assertions.Expect(grid).ToHaveAttributeAsync("aria-rowcount", "3");
    }

    [Fact]
    public async Task Metrics_draw_rates_and_quantiles_and_a_measurement_leads_to_its_trace()
    {
        await using var dashboard = await StartAsync();
        var id = await SampleTelemetry.SendQueryAsync(dashboard, TimeSpan.FromSeconds(30));
        await SampleTelemetry.SendMetricsAsync(dashboard, Google.Protobuf.ByteString.CopyFrom(Convert.FromHexString(id.ToString())));
        await using var page = await chromium.OpenAsync(dashboard);
        await page.GoAsync("metrics?service=gateway&meter=Marketplace.Sample&name=sample.requests&range=5m");
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Table" }).ClickAsync();
        // Five requests a second.
        await Assertions.Expect(page.Page.GetByRole(AriaRole.Cell, new() { Name = "5 /s", Exact = true }).First).ToBeVisibleAsync();

        await page.Page.GetByRole(AriaRole.Button, new() { Name = "http.server.request.duration" }).ClickAsync();
        await Assertions.Expect(page.Page.GetByRole(AriaRole.Img, new() { Name = "http.server.request.duration over time" })).ToBeVisibleAsync();
        await page.Page.GetByRole(AriaRole.Link, new() { Name = "20.0 ms" }).ClickAsync();
        await Assertions.Expect(page.Row("process ebay.product.get")).ToBeVisibleAsync();
        await page.ShouldBeSoundAsync();
    }

    [Fact]
    public async Task The_pipeline_tells_the_share_of_the_cache_and_what_waits()
    {
        await using var dashboard = await StartAsync();
        await SampleTelemetry.SendMetricsAsync(dashboard);
        await using var page = await chromium.OpenAsync(dashboard);
        await page.GoAsync("pipeline");
        await Assertions.Expect(page.Page.Locator(".figure").Filter(new() { HasText = "Read from cache" })).ToContainTextAsync("75 %");
        await Assertions.Expect(page.Page.Locator(".figure").Filter(new() { HasText = "Outbox" }).First).ToContainTextAsync("0 waiting");
        await page.Page.GetByRole(AriaRole.Link, new() { Name = "Product reads by the layer that answered" }).ClickAsync();
        await Assertions.Expect(page.Page.GetByRole(AriaRole.Heading, new() { Name = "marketplace.product.reads" })).ToBeVisibleAsync();
        await page.ShouldBeSoundAsync();
    }

    [Fact]
    public async Task The_keyboard_is_enough()
    {
        await using var dashboard = await StartAsync();
        await using var page = await chromium.OpenAsync(dashboard);
        var keyboard = page.Page.Keyboard;
        await Assertions.Expect(page.Row("gateway")).ToBeVisibleAsync();

        // Past the navigation, to the first row.
        await keyboard.PressAsync("Tab");
        await Assertions.Expect(page.Page.GetByRole(AriaRole.Link, new() { Name = "Skip to the view" })).ToBeFocusedAsync();
        await keyboard.PressAsync("Enter");
        await Assertions.Expect(page.Page.GetByRole(AriaRole.Main)).ToBeFocusedAsync();
        var name = page.Page.GetByRole(AriaRole.Button, new() { Name = "gateway", Exact = true });
        for (var tabs = 0; tabs < 6 && !await name.EvaluateAsync<bool>("button => button === document.activeElement"); tabs++)
        {
            await keyboard.PressAsync("Tab");
        }

        await keyboard.PressAsync("Enter");
        var details = page.Page.GetByRole(AriaRole.Complementary, new() { Name = "Details" });
        await Assertions.Expect(details).ToContainTextAsync("Health checks");
        // What changes meanwhile takes neither the details nor the focus away.
        dashboard.Model.Set(Gateway with { Reason = "changed meanwhile" });
        await Assertions.Expect(details).ToContainTextAsync("changed meanwhile");
        await Assertions.Expect(name).ToBeFocusedAsync();
        await keyboard.PressAsync("Escape");
        await Assertions.Expect(details).ToHaveCountAsync(0);
        await Assertions.Expect(name).ToBeFocusedAsync();

        foreach (var (key, title) in new[] { ("c", "Console"), ("l", "Structured logs"), ("t", "Traces"), ("m", "Metrics"), ("i", "Pipeline"), ("k", "Kafka"), ("r", "Resources") })
        {
            await keyboard.PressAsync(key);
            await Assertions.Expect(page.Page.GetByRole(AriaRole.Heading, new() { Name = title, Exact = true, Level = 1 })).ToBeVisibleAsync();
        }

        // In a field a letter is a letter.
        await Assertions.Expect(page.Row("gateway")).ToBeVisibleAsync();
        await keyboard.PressAsync("/");
        await keyboard.TypeAsync("red");
        await Assertions.Expect(page.Row("gateway")).ToHaveCountAsync(0);
        await Assertions.Expect(page.Row("redis")).ToBeVisibleAsync();

        await page.Page.GetByRole(AriaRole.Main).FocusAsync();
        await keyboard.PressAsync("p");
        await Assertions.Expect(page.Page.GetByRole(AriaRole.Button, new() { Name = "Paused" })).ToBeVisibleAsync();
        await keyboard.PressAsync("?");
        var help = page.Page.GetByRole(AriaRole.Dialog, new() { Name = "Keyboard shortcuts" });
        await Assertions.Expect(help).ToBeVisibleAsync();
        await keyboard.PressAsync("Escape");
        await Assertions.Expect(help).ToBeHiddenAsync();
        await page.ShouldBeSoundAsync();
    }

    [Theory]
    [InlineData("resources?view=graph&resource=gateway", "button[aria-pressed=true].node", "gateway")]
    [InlineData("resources?text=red", "tbody", "redis")]
    [InlineData("console/gateway?text=loud&wrap=on&times=off", ".console.wrap.no-times .line", "loud line")]
    [InlineData("logs?level=Error&log=2", ".details", "Fetched bad in 9 ms")]
    [InlineData("traces?error=true&text=bad", "[role=grid] [role=row][aria-rowindex='2']", "bad")]
    [InlineData("traces?view=map&node=Service:ebay", ".details", "Called by")]
    [InlineData("metrics?service=ebay&meter=Marketplace.Products&name=marketplace.product.reads&groupBy=source&table=on", "table.numbers thead", "external")]
    [InlineData("metrics?service=ebay&meter=Marketplace.Products&name=marketplace.product.reads&attribute=source%3Dcache&range=5m", ".chip", "source=cache")]
    public async Task An_address_holds_what_is_seen(string address, string where, string what)
    {
        await using var dashboard = await StartAsync();
        dashboard.Model.Write("gateway", "a loud line");
        await SampleTelemetry.SendQueryAsync(dashboard, TimeSpan.FromSeconds(20), operation: "good");
        await SampleTelemetry.SendQueryAsync(dashboard, TimeSpan.FromSeconds(10), fails: true, operation: "bad");
        await SampleTelemetry.SendMetricsAsync(dashboard);
        await using var page = await chromium.OpenAsync(dashboard);
        await page.GoAsync(address);
        await Assertions.Expect(page.Page.Locator(where).First).ToContainTextAsync(what);

        // There, away, and back.
        await page.Page.GetByRole(AriaRole.Link, new() { Name = "Pipeline" }).ClickAsync();
        await Assertions.Expect(page.Page.Locator(".figure").First).ToBeVisibleAsync();
        await page.Page.GoBackAsync();
        await Assertions.Expect(page.Page.Locator(where).First).ToContainTextAsync(what);
        Assert.EndsWith(address, page.Page.Url, StringComparison.Ordinal);
        await page.ShouldBeSoundAsync();
    }

    [Theory]
    [InlineData(1280, ColorScheme.Light)]
    [InlineData(390, ColorScheme.Dark)]
    public async Task Every_view_is_sound_and_accessible(int width, ColorScheme colors)
    {
        await using var dashboard = await StartAsync();
        dashboard.Model.Write("gateway", "\u001b[32minfo\u001b[0m: listening");
        var trace = await SampleTelemetry.SendQueryAsync(dashboard, TimeSpan.FromSeconds(20));
        await SampleTelemetry.SendQueryAsync(dashboard, TimeSpan.FromSeconds(10), fails: true);
        await SampleTelemetry.SendMetricsAsync(dashboard);
        await using var full = await chromium.OpenAsync(dashboard, width, colors);
        (string Name, string Path, string Shows)[] views =
        [
            ("resources", "resources", "gateway"),
            ("graph", "resources?view=graph", "refers to"),
            ("resource", "resources?resource=gateway", "Health checks"),
            ("console", "console/gateway", "listening"),
            ("console-all", "console/*", "listening"),
            ("logs", "logs", "Fetched getProductById"),
            ("log", "logs?log=1", "Marketplace.Sample"),
            ("traces", "traces", "POST /graphql"),
            ("map", "traces?view=map", "ebay.product.get"),
            ("trace", $"traces/{trace}", "process ebay.product.get"),
            ("metrics", "metrics?service=gateway", "sample.requests"),
            ("pipeline", "pipeline", "Product reads by the layer that answered"),
            ("metric", "metrics?service=gateway&meter=Marketplace.Sample&name=http.server.request.duration", "Median"),
        ];
        foreach (var (name, path, shows) in views)
        {
            await full.GoAsync(path);
            await Assertions.Expect(full.Page.GetByText(shows).First).ToBeVisibleAsync();
            await full.ShouldBeSoundAsync();
            await full.ShouldBeAccessibleAsync();
            await full.ScreenshotAsync($"{name}-{width}-{colors}".ToLowerInvariant());
        }
    }

    [Fact]
    public async Task A_view_without_content_says_what_to_do()
    {
        await using var dashboard = await TestDashboard.StartAsync();
        await using var page = await chromium.OpenAsync(dashboard);
        foreach (var (view, says) in new[] { ("resources", "No resources"), ("console", "No consoles"), ("logs", "No structured logs yet"), ("traces", "No traces yet"), ("metrics", "No metrics yet"), ("pipeline", "No metrics yet"), ("kafka", "No Kafka"), ("traces?view=map", "No traces yet"), ("no-such-view", "There is no such view") })
        {
            await page.GoAsync(view);
            await Assertions.Expect(page.Page.GetByRole(AriaRole.Heading, new() { Name = says })).ToBeVisibleAsync();
            await page.ShouldBeSoundAsync();
        }
    }

    private static async Task<TestDashboard> StartAsync()
    {
        var dashboard = await TestDashboard.StartAsync();
        dashboard.Model.Set(Gateway);
        dashboard.Model.Set(Redis);
        return dashboard;
    }
}
