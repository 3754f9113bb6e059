using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Nodes;
using Marketplace.Tests.Products;
using Microsoft.Playwright;
using Xunit;

namespace Marketplace.Tests.Storefront.Browser;

// How much a page loads and works; what is by the clock is printed beside its bar.
public sealed partial class StorefrontTests
{
    // A screen further every other frame; the longest time between two of them, in milliseconds.
    private const string ScrollThrough = """
        async () => {
          const nextFrame = () => new Promise(requestAnimationFrame);
          let longest = 0;
          let last = await nextFrame();
          for (let top = 0; top < document.body.scrollHeight; top += innerHeight) {
            scrollTo(0, top);
            for (const _ of [1, 2]) {
              const now = await nextFrame();
              longest = Math.max(longest, now - last);
              last = now;
            }
          }
          return longest;
        }
        """;

    private const string WatchInputs = "globalThis.slowestInput = 0; new PerformanceObserver(list => list.getEntries().forEach(entry => { slowestInput = Math.max(slowestInput, entry.duration); })).observe({ type: 'event', durationThreshold: 16 });";

    [Fact]
    public async Task Of_five_hundred_results_few_are_in_the_page()
    {
        var (page, _) = await OpenAsync("search?q=black");
        await Assertions.Expect(page.GetByRole(AriaRole.Article).First).ToBeVisibleAsync();

        var (most, last) = (0, 0);
        var longestFrame = await PageLoad.LongestFrameAsync(page, async () =>
        {
            for (var view = 0; last < 500; view++)
            {
                await page.EvaluateAsync("() => { scrollBy(0, innerHeight); return new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done))); }");
                var shown = await page.EvaluateAsync<int[]>("[...document.querySelectorAll('.results > li:has(article)')].map(item => Number(item.ariaPosInSet))");
                Assert.InRange(view, 0, 1_000);
                (most, last) = (Math.Max(most, shown.Length), shown.Append(last).Max());
            }
        });
        await Assertions.Expect(page.Locator(".skeleton")).ToHaveCountAsync(0);
        var again = await page.EvaluateAsync<double>(ScrollThrough);

        Report($"500 results scrolled: {most} items at most, {longestFrame:0} ms of processor time at most from one frame to the next (bar: 100); scrolled again, longest time between frames {again:0} ms (bar: 100), as the machine allowed");
        Assert.InRange(most, 1, 60);
        Assert.InRange(longestFrame, 0.1, 100);
    }

    [Fact]
    public async Task Two_hundred_watched_products_with_fifty_changes_a_second_leave_time_for_the_reader()
    {
        var (page, _) = await OpenAsync(null);
        var ids = Enumerable.Range(0, 200).Select(number => $"{110551231000 + number}").ToArray();
        await page.AddInitScriptAsync($"localStorage.watched ??= JSON.stringify({JsonSerializer.Serialize(ids)}.map(id => ({{ marketplace: 'EBAY', id }})))");
        await RouteAsync(page, "WatchedProducts", route => route.FulfillAsync(new()
        {
            ContentType = "application/json",
            Body = JsonSerializer.Serialize(new { data = new { products = JsonNode.Parse(route.Request.PostData!)!["variables"]!["ids"]!.AsArray().Select(id => Row(id!.GetValue<string>(), 1)) } }),
        }));
        var subscriptions = new ConcurrentDictionary<string, IWebSocketRoute>();
        await page.RouteWebSocketAsync("**/graphql", socket => socket.OnMessage(frame =>
        {
            var message = JsonNode.Parse(frame.Text!)!;
            switch (message["type"]!.GetValue<string>())
            {
                case "connection_init": socket.Send("""{"type":"connection_ack"}"""); break;
                case "ping": socket.Send("""{"type":"pong"}"""); break;
                case "subscribe": subscriptions[message["id"]!.GetValue<string>()] = socket; break;
            }
        }));
        await page.GotoAsync(Address("watch"));
        await Assertions.Expect(page.Locator(".row .price")).ToHaveCountAsync(200);
        await Wait.UntilAsync(() => subscriptions.Count == 2, "the page listens for both lists");

        await page.EvaluateAsync(WatchInputs);
        var longestTask = await PageLoad.LongestTaskAsync(page, async () =>
        {
            using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
            for (var change = 0; change < 200; change++)
            {
                await timer.WaitForNextTickAsync(Cancel);
                var (subscription, socket) = subscriptions.ElementAt(change % 2);
                socket.Send(JsonSerializer.Serialize(new { id = subscription, type = "next", payload = new { data = new { productPersisted = Row(ids[change], 2) } } }));
                if (change % 20 == 0)
                {
                    await page.GetByRole(AriaRole.Searchbox).PressAsync("a");
                }
            }

            await Assertions.Expect(page.Locator(".row.changed")).ToHaveCountAsync(200);
        });

        Report($"200 watched products, 50 changes a second: longest task {longestTask:0} ms of processor time (bar: 50); slowest of ten inputs {await page.EvaluateAsync<double>("slowestInput"):0} ms, as the machine allowed");
        await Assertions.Expect(page).ToHaveTitleAsync("(200) Watch list – Marketplace");
        Assert.InRange(longestTask, 0.1, 50);

        static object Row(string id, int version) => new
        {
            __typename = "Product",
            id,
            marketplace = "EBAY",
            title = $"Lamp {id}",
            imageUrls = Array.Empty<string>(),
            fetchedAt = "2026-01-01T00:00:00Z",
            version,
            price = new { __typename = "Money", amount = 10 + version, currency = "USD" },
            currentBidPrice = (object?)null,
            availability = new { __typename = "Availability", status = "IN_STOCK", quantity = 5, moreThan = (int?)null },
            endsAt = (string?)null,
        };
    }

    [Fact]
    public async Task Lighthouse_finds_nothing_wrong_with_a_search_on_a_phone()
    {
        var report = await Lighthouse.RunAsync(Address("search?q=laptop"), Cancel);

        Report($"Lighthouse, mobile: {report} (bar: performance 95, else 100); performance is as the machine allowed");
        Assert.Empty(report.Findings);
        Assert.Equal((100, 100, 100), (report.Accessibility, report.BestPractices, report.Seo));
    }

    [Fact]
    public async Task A_first_load_is_light_and_holds_still()
    {
        var loads = new List<PageLoad>();
        foreach (var (address, sign) in ((string, string)[])[("search?q=laptop", "li:nth-child(2) article"), ("product/ebay/110551230007", ".offer .price"), ("watch", "main"), ("compare?p=ebay:110551230007&p=ebay:110551230011", "th[scope=col]")])
        {
            // What else runs beside the browser empties the processor's caches, so the shortest of three is the page's own.
            var tries = new List<PageLoad>();
            for (var load = 0; load < 3; load++)
            {
                var (page, _) = await OpenAsync(null);
                tries.Add(await PageLoad.MeasureAsync(page, Address(address), () => Assertions.Expect(page.Locator(sign).First).ToBeVisibleAsync()));
                await chromium.ClosePagesAsync();
            }

            var best = tries.MinBy(load => load.LongestTask)!;
            Report($"{address}: {best.Scripts.Values.Sum()} bytes of scripts, {best.Bytes} in all, shift {best.LayoutShift:0.000} ({best.Moved}), longest task {best.LongestTask:0} ms ({string.Join(", ", tries.Select(load => $"{load.LongestTask:0}"))})");
            loads.Add(best with { LayoutShift = tries.Max(load => load.LayoutShift) });
        }

        Assert.All(loads, load => Assert.InRange(load.Scripts.Values.Sum(), 1, 100_000));
        Assert.All(loads, load => Assert.InRange(load.Bytes, 1, 160_000));
        Assert.All(loads, load => Assert.InRange(load.LayoutShift, 0, 0.02));
        Assert.All(loads, load => Assert.InRange(load.LongestTask, 1, 100));
        Assert.InRange(loads.SelectMany(load => load.Scripts).DistinctBy(script => script.Key).Sum(script => script.Value), 1, 160_000);
    }

    private static void Report(string measured) => TestContext.Current.TestOutputHelper!.WriteLine(measured);
}
