using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;
using Marketplace.Tests.Browser;
using Marketplace.Tests.EndToEnd.Telemetry;
using Marketplace.Tests.Products;
using Microsoft.Playwright;
using Xunit;

namespace Marketplace.Tests.Storefront.Browser;

/// <summary>What a shopper can do, in a real browser against the whole model.</summary>
[Collection(typeof(AloneOnTheMachine))]
public sealed partial class StorefrontTests(StorefrontModel model, Chromium chromium) : IClassFixture<StorefrontModel>, IClassFixture<Chromium>, IAsyncDisposable
{
    private const string Hostile = """
        <p>Fine words</p><script>parent.document.title='taken'</script><img src="https://localhost:1/x.png" onerror="parent.document.title='taken'">
        <img src="http://plain.example/x.png"><svg onload="parent.document.title='taken'"></svg><form action="https://evil.example"><input name="card"></form>
        <style>body{background:red}</style><p style="position:fixed">styled</p><a href="javascript:parent.document.title='taken'">a link</a><iframe src="https://evil.example"></iframe>
        """;

    private static readonly TimeSpan AxeLimit = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan ListenLimit = TimeSpan.FromMinutes(1);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => chromium.ClosePagesAsync();

    [Fact]
    public async Task From_the_start_a_search_leads_to_a_product_and_back()
    {
        var (page, requests) = await OpenAsync("");
        await page.GetByRole(AriaRole.Searchbox).FillAsync("laptop");
        await page.GetByRole(AriaRole.Searchbox).PressAsync("Enter");
        await FoundAsync(page);
        var first = page.GetByRole(AriaRole.Article).First.GetByRole(AriaRole.Link);
        var title = await first.InnerTextAsync();
        await KeepAsync(page, "search");
        Assert.Contains("/search?q=laptop", page.Url, StringComparison.Ordinal);

        await first.ClickAsync();
        await Heading(page, title);
        await Assertions.Expect(page.Locator(".offer .price")).ToContainTextAsync("$");
        await Assertions.Expect(page.FrameLocator("iframe").Locator("body")).Not.ToBeEmptyAsync();
        await Assertions.Expect(page).ToHaveTitleAsync(title);
        await KeepAsync(page, "product");
        Assert.InRange(requests.Count, 1, 3);
        Assert.Equal(requests.Count, requests.Distinct().Count());

        await page.GoBackAsync();
        await Heading(page, "Results for “laptop”");
        await Assertions.Expect(page.GetByRole(AriaRole.Article).First).ToContainTextAsync(title);
        Assert.Equal(requests.Count, requests.Distinct().Count());
        await page.ReloadAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Article).First).ToContainTextAsync(title);
    }

    [Fact]
    public async Task A_search_is_narrowed_and_its_address_says_by_what()
    {
        var (page, requests) = await OpenAsync("search?q=black");
        await FoundAsync(page);
        await page.GetByLabel("Price from").FillAsync("100");
        await page.GetByLabel("Price to").FillAsync("250.50");
        await page.GetByLabel("Price to").PressAsync("Enter");
        await Assertions.Expect(page).ToHaveURLAsync(Address("search?q=black&min=100&max=250.5"));
        await FoundAsync(page);
        var prices = await page.GetByRole(AriaRole.Article).Locator(".price").AllInnerTextsAsync();
        Assert.All(prices, price => Assert.InRange(decimal.Parse(price.TrimStart('$'), CultureInfo.InvariantCulture), 100, 250.5m));

        await page.GetByLabel("Condition").SelectOptionAsync("Used");
        await Assertions.Expect(page.GetByText("Amazon cannot be searched for used products alone.")).ToBeVisibleAsync();
        await FoundAsync(page);
        Assert.All(await page.GetByRole(AriaRole.Article).Locator("p").AllInnerTextsAsync(), text => Assert.StartsWith("eBay · Used", text, StringComparison.Ordinal));
        await page.GetByLabel("In stock").CheckAsync();
        await FoundAsync(page);
        await KeepAsync(page, "filters");

        await page.ReloadAsync();
        await Assertions.Expect(page.GetByLabel("Condition")).ToHaveValueAsync("USED");
        await Assertions.Expect(page.GetByLabel("In stock")).ToBeCheckedAsync();
        await page.GoBackAsync();
        await page.GoBackAsync();
        await Assertions.Expect(page).ToHaveURLAsync(Address("search?q=black&min=100&max=250.5"));
        await Assertions.Expect(page.GetByLabel("Condition")).ToHaveValueAsync("");
        await page.GetByLabel("Price to").FillAsync("");
        await page.GetByLabel("Price from").FillAsync("9000000");
        await page.GetByLabel("Price from").PressAsync("Enter");
        await Assertions.Expect(page).ToHaveURLAsync(Address("search?q=black&min=9000000"));
        await page.GetByRole(AriaRole.Link, new() { Name = "Search without filters" }).ClickAsync();
        await Assertions.Expect(page).ToHaveURLAsync(Address("search?q=black"));
        Assert.Contains(requests, request => request.Contains("\"minPrice\":100", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Scrolling_shows_more_with_few_in_the_page_and_a_reload_comes_back_to_the_place()
    {
        var (page, _) = await OpenAsync("search?q=laptop");
        await Assertions.Expect(page.GetByRole(AriaRole.Article).First).ToBeVisibleAsync();
        foreach (var shown in (int[])[48, 72, 96])
        {
            await page.EvaluateAsync("scrollTo(0, document.body.scrollHeight)");
            await Assertions.Expect(page).ToHaveURLAsync(Address($"search?q=laptop&show={shown}"));
            await Assertions.Expect(page.Locator(".skeleton")).ToHaveCountAsync(0);
        }

        Assert.InRange(await page.GetByRole(AriaRole.Listitem).CountAsync(), 1, 60);
        await page.EvaluateAsync("new Promise(done => { addEventListener('scrollend', done, { once: true }); scrollTo(0, 3000); })");
        var place = page.GetByRole(AriaRole.Article).Nth(8);
        var title = await place.GetByRole(AriaRole.Heading).InnerTextAsync();

        await page.ReloadAsync();

        await Assertions.Expect(place.GetByRole(AriaRole.Heading)).ToHaveTextAsync(title);
        Assert.Equal(3000, await page.EvaluateAsync<double>("scrollY"));
    }

    [Fact]
    public async Task In_development_a_local_key_signs_in_and_the_button_says_so()
    {
        var (page, _) = await OpenAsync("product/ebay/110551230007");
        await page.GetByRole(AriaRole.Link, new() { Name = "Sign in local key" }).ClickAsync();
        await Assertions.Expect(page.Locator(".account")).ToContainTextAsync("developer");

        await page.GetByRole(AriaRole.Button, new() { Name = "Refresh" }).ClickAsync();

        await Assertions.Expect(page.GetByText("Up to date.")).ToBeVisibleAsync();
        await KeepAsync(page, "signed-in-development");
    }

    [Theory]
    [InlineData("https://www.ebay.com/itm/a-title/110551230042?hash=x", "110551230042")]
    [InlineData("v1|110551230042|0", "v1|110551230042|0")]
    public async Task A_listings_address_or_id_in_the_box_leads_to_its_product(string pasted, string id)
    {
        var (page, _) = await OpenAsync("");
        await page.GetByRole(AriaRole.Searchbox).FillAsync(pasted);
        await page.GetByRole(AriaRole.Button, new() { Name = "Search" }).ClickAsync();

        await Assertions.Expect(page.Locator(".facts")).ToContainTextAsync(id);
        Assert.EndsWith($"/product/ebay/{Uri.EscapeDataString(id)}", page.Url, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_hostile_description_shows_its_words_and_does_nothing()
    {
        var (page, _) = await OpenAsync(null);
        await ChangeAnswersAsync(page, "ProductPage", data => data["product"]!["description"] = Hostile);
        await page.GotoAsync(Address("product/ebay/110551230007"));

        var body = page.FrameLocator("iframe").Locator("body");
        await Assertions.Expect(body).ToContainTextAsync("Fine words");
        await Assertions.Expect(body).ToContainTextAsync("a link");
        Assert.DoesNotMatch(Dangerous(), await body.InnerHTMLAsync());
        Assert.Equal("allow-same-origin", await page.Locator("iframe").GetAttributeAsync("sandbox"));
        await Assertions.Expect(page).Not.ToHaveTitleAsync("taken");
        await KeepAsync(page, "hostile-description");
    }

    [Fact]
    public async Task A_watched_product_that_changes_is_shown_as_it_does_and_the_tabs_title_tells()
    {
        const string Id = "110551238011";
        var page = await WatchAsync(Id);
        var before = await page.Locator(".row .price").InnerTextAsync();

        await model.ChangePriceAsync(Id, 4321.09m, Cancel);

        await Assertions.Expect(page.Locator(".row .price")).ToHaveTextAsync("$4,321.09");
        await Assertions.Expect(page.Locator(".row .was")).ToContainTextAsync($"Was: {before}");
        await Assertions.Expect(page).ToHaveTitleAsync("(1) Watch list – Marketplace");
        await KeepAsync(page, "watch-list");
        await page.GetByRole(AriaRole.Button, new() { Name = "Got it" }).ClickAsync();
        await Assertions.Expect(page).ToHaveTitleAsync("Watch list – Marketplace");
        await page.ReloadAsync();
        await Assertions.Expect(page.Locator(".row")).ToHaveCountAsync(1);
    }

    [Fact]
    public async Task What_changed_while_the_gateway_was_away_is_read_when_it_is_back()
    {
        const string Id = "110551230058";
        var page = await WatchAsync(Id);
        var gateway = await model.KillGatewayAsync(Cancel);
        await model.ChangePriceAsync(Id, 77.5m, Cancel);

        await model.StartAsync(gateway, Cancel);

        await Assertions.Expect(page.Locator(".row .price")).ToHaveTextAsync("$77.50");
        await model.ChangePriceAsync(Id, 78.25m, Cancel);
        await Assertions.Expect(page.Locator(".row .price")).ToHaveTextAsync("$78.25");
    }

    [Fact]
    public async Task The_spans_of_a_browser_and_of_the_services_are_one_trace()
    {
        await using var storefront = await StorefrontServer.StartBuiltAsync(
            model.GatewayAddress,
            ("Storefront:Traces", model.Telemetry.Address.ToString()), ("OTEL_EXPORTER_OTLP_ENDPOINT", model.Telemetry.Address.ToString()), ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf"), ("OTEL_SERVICE_NAME", "storefront-traced"));
        var (page, requests) = await OpenAsync(null);

        await page.GotoAsync(new Uri(storefront.Address, "search?q=tent&in=ebay").ToString());
        await FoundAsync(page);

        TracedSpan? Span(string service, string name) => model.Telemetry.Spans.FirstOrDefault(span => span.Service == service && span.Name == name);
        await Wait.UntilAsync(() => Task.FromResult(Span("storefront-browser", "page load") is not null && Span("storefront-browser", "graphql Search") is not null), "the browser's spans have come");
        var (load, search) = (Span("storefront-browser", "page load")!, Span("storefront-browser", "graphql Search")!);
        Assert.Equal(load.SpanId, search.ParentSpanId);
        var trace = model.Telemetry.TraceOf(search.SpanId);
        await Wait.UntilAsync(
            () => Task.FromResult(((string[])["storefront-traced", "gateway", "ebay"]).All(service => model.Telemetry.SpansOf(trace).Any(span => span.Service == service))),
            "the services' spans have come");
        Assert.Contains(requests, request => request.Contains("Search", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_app_names_its_operations_and_no_other_is_executed()
    {
        var (page, requests) = await OpenAsync("search?q=laptop");
        await Assertions.Expect(page.GetByRole(AriaRole.Article).First).ToBeVisibleAsync();
        Assert.All(requests, request => Assert.DoesNotContain("\"query\":\"query", request, StringComparison.Ordinal));

        var answer = await page.EvaluateAsync<string>("""
            fetch('/graphql', { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ query: '{ __typename }' }) }).then(answer => answer.text())
            """);

        Assert.Contains("\"code\":\"FORBIDDEN\"", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Products_are_compared_beside_each_other()
    {
        var (page, _) = await OpenAsync("search?q=camera");
        await FoundAsync(page);
        foreach (var number in Enumerable.Range(0, 3))
        {
            await page.GetByRole(AriaRole.Article).Nth(number).GetByRole(AriaRole.Button, new() { Name = "Compare" }).ClickAsync();
        }

        await page.GetByRole(AriaRole.Link, new() { Name = "Compare" }).ClickAsync();

        await Assertions.Expect(page.GetByRole(AriaRole.Columnheader)).ToHaveCountAsync(3);
        await Assertions.Expect(page.GetByRole(AriaRole.Row, new() { Name = "Price" })).ToContainTextAsync("$");
        await KeepAsync(page, "compare");
        await page.GetByRole(AriaRole.Button, new() { Name = "Remove" }).First.ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Columnheader)).ToHaveCountAsync(2);
    }

    [Fact]
    public async Task A_marketplace_that_fails_is_named_and_answers_when_tried_again()
    {
        var (page, _) = await OpenAsync(null);
        await AnswerAsync(page, "Search", """{"data":{"searchProducts":null},"errors":[{"message":"no answer","path":["searchProducts"],"extensions":{"code":"UPSTREAM_TIMEOUT"}}]}""", marketplace: "EBAY");
        await page.GotoAsync(Address("search?q=phone"));
        await Assertions.Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("eBay did not answer in time");
        await Assertions.Expect(page.GetByRole(AriaRole.Article).First).ToContainTextAsync("Amazon");
        await KeepAsync(page, "partial");

        await page.UnrouteAllAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Try again" }).ClickAsync();

        await Assertions.Expect(page.GetByRole(AriaRole.Article).First).ToBeVisibleAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Alert)).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task Without_a_network_the_shop_says_so_and_keeps_what_was_found()
    {
        var (page, _) = await OpenAsync("search?q=watch");
        await FoundAsync(page);

        await page.Context.SetOfflineAsync(true);

        await Assertions.Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("You are offline");
        await Assertions.Expect(page.GetByRole(AriaRole.Article).First).ToBeVisibleAsync();
        await KeepAsync(page, "offline");
    }

    [Fact]
    public async Task What_is_not_there_is_said_in_words()
    {
        var (page, _) = await OpenAsync("search?q=zzzzzz");
        await Assertions.Expect(page.GetByText("Nothing found")).ToBeVisibleAsync();
        await KeepAsync(page, "empty");
        await page.GotoAsync(Address("product/ebay/404"));
        await Heading(page, "No such product");
        await page.GotoAsync(Address("no/such/page"));
        await Heading(page, "No such page");
    }

    [Fact]
    public async Task By_keyboard_alone_a_product_is_found_and_watched()
    {
        var (page, _) = await OpenAsync("");
        await Heading(page, "Search every marketplace at once");
        await page.Keyboard.PressAsync("Tab");
        await Assertions.Expect(page.GetByText("Skip to content")).ToBeFocusedAsync();
        await page.Keyboard.PressAsync("Tab");
        await page.Keyboard.PressAsync("Tab");
        await page.Keyboard.TypeAsync("headphones");
        await page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToBeFocusedAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Article).First).ToBeVisibleAsync();
        await FoundAsync(page);
        var first = page.GetByRole(AriaRole.Article).First.GetByRole(AriaRole.Link);
        for (var stops = 0; stops < 10 && !await first.EvaluateAsync<bool>("link => link === document.activeElement"); stops++)
        {
            await page.Keyboard.PressAsync("Tab");
        }

        await page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(page.Locator(".offer .price")).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Watch " }).FocusAsync();
        await page.Keyboard.PressAsync("Space");
        await Assertions.Expect(page.GetByRole(AriaRole.Button, new() { Name = "Watch " })).ToHaveAttributeAsync("aria-pressed", "true");
    }

    [Theory]
    [InlineData("", 360, ColorScheme.Light)]
    [InlineData("search?q=laptop", 360, ColorScheme.Dark)]
    [InlineData("search?q=laptop", 2560, ColorScheme.Light)]
    [InlineData("product/ebay/110551230007", 360, ColorScheme.Light)]
    [InlineData("product/ebay/110551230007", 1280, ColorScheme.Dark)]
    [InlineData("watch", 360, ColorScheme.Light)]
    [InlineData("compare?p=ebay:110551230007&p=ebay:110551230011&p=ebay:110551230042", 360, ColorScheme.Dark)]
    [InlineData("compare?p=ebay:110551230007&p=ebay:110551230011&p=ebay:110551230042", 2560, ColorScheme.Light)]
    public async Task Axe_finds_nothing_and_nothing_is_wider_than_the_window(string address, int width, ColorScheme colors)
    {
        var (page, _) = await OpenAsync(address, width, colors);
        await Assertions.Expect(page.Locator(".skeleton")).ToHaveCountAsync(0);
        await page.WaitForLoadStateAsync(LoadState.NetworkIdle);
        await KeepAsync(page, $"{address.Split('?', '/')[0]}-{width}-{colors}".TrimStart('-').ToLowerInvariant());

        // No script runs in the description's frame, so axe would wait for its answer for ever.
        var findings = (await page.RunAxe(new AxeRunOptions { Iframes = false }).WaitAsync(AxeLimit, Cancel)).Violations.Select(found => $"{found.Id}: {string.Join("; ", found.Nodes.Select(node => node.Html))}");

        Assert.Empty(findings);
        Assert.True(await page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= innerWidth"), "The page is wider than the window.");
    }

    /// <summary>Waits until every marketplace has answered.</summary>
    private static async Task FoundAsync(IPage page)
    {
        await Assertions.Expect(page.GetByRole(AriaRole.Article).First).ToBeVisibleAsync();
        await Assertions.Expect(page.Locator(".skeleton")).ToHaveCountAsync(0);
    }

    /// <summary>The watch list with one product, once it is shown and listened for.</summary>
    private async Task<IPage> WatchAsync(string id)
    {
        var (page, _) = await OpenAsync(null);
        await page.AddInitScriptAsync($$$"""localStorage['watched'] ??= '[{"marketplace":"EBAY","id":"{{{id}}}"}]'""");
        var subscription = new TaskCompletionSource<string>();
        page.WebSocket += (_, socket) => socket.FrameSent += (_, frame) =>
        {
            if (frame.Text?.Contains("WatchedChanges", StringComparison.Ordinal) is true)
            {
                subscription.TrySetResult(frame.Text);
            }
        };
        await page.GotoAsync(Address("watch"));
        Assert.DoesNotContain("productPersisted", await subscription.Task.WaitAsync(ListenLimit, Cancel), StringComparison.Ordinal);
        await Assertions.Expect(page.Locator(".row .price")).ToContainTextAsync("$");
        return page;
    }

    private static Task Heading(IPage page, string text) => Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync(text);

    private static async Task KeepAsync(IPage page, string name)
    {
        await page.EvaluateAsync("Promise.all([...document.images].filter(image => !image.complete && image.getBoundingClientRect().top < innerHeight).map(image => new Promise(done => { image.onload = image.onerror = done; })))");
        TestContext.Current.AddAttachment($"{name}.png", await page.ScreenshotAsync(new() { FullPage = true }), "image/png");
    }

    /// <summary>Answers an operation in the gateway's place.</summary>
    private static Task AnswerAsync(IPage page, string operation, string answer, string marketplace) =>
        RouteAsync(page, operation, route => route.Request.PostData!.Contains($"\"{marketplace}\"", StringComparison.Ordinal)
            ? route.FulfillAsync(new() { ContentType = "application/json", Body = answer })
            : route.ContinueAsync());

    /// <summary>Changes what the gateway answers to an operation, as if a marketplace had given it.</summary>
    private static Task ChangeAnswersAsync(IPage page, string operation, Action<JsonNode> change) => RouteAsync(page, operation, async route =>
    {
        var response = await route.FetchAsync();
        var answer = JsonNode.Parse(await response.TextAsync())!;
        change(answer["data"]!);
        await route.FulfillAsync(new() { Response = response, Body = answer.ToJsonString() });
    });

    private static async Task RouteAsync(IPage page, string operation, Func<IRoute, Task> handle) => await page.RouteAsync(
        "**/graphql",
        route => route.Request.PostData?.Contains($"\"operationName\":\"{operation}\"", StringComparison.Ordinal) is true ? handle(route) : route.ContinueAsync());

    private string Address(string path) => new Uri(model.Address, path).ToString();

    /// <summary>A page, and the bodies of what it asks the gateway.</summary>
    private async Task<(IPage Page, List<string> Requests)> OpenAsync(string? path, int width = 1280, ColorScheme colors = ColorScheme.Light)
    {
        var address = path is null ? null : Address(path);
        var page = await chromium.OpenAsync(width, colors);
        var requests = new List<string>();
        page.Request += (_, request) =>
        {
            if (request.Method == "POST")
            {
                requests.Add(request.PostData ?? "");
            }
        };
        if (address is not null)
        {
            await page.GotoAsync(address);
        }

        return (page, requests);
    }

    [GeneratedRegex("<script|onerror|onload|http://|<svg|<form|<input|<style|style=|javascript:|<iframe|<a ", RegexOptions.IgnoreCase)]
    private static partial Regex Dangerous();
}
