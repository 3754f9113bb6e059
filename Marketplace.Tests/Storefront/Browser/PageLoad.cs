using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.Playwright;

namespace Marketplace.Tests.Storefront.Browser;

/// <summary>What a load of a page took of the network and of the browser.</summary>
/// <param name="Scripts">The scripts' addresses, and their bytes as compressed.</param>
/// <param name="Bytes">All that came from the shop's own origin, in bytes as compressed.</param>
/// <param name="LayoutShift">How far what was shown has moved by itself (web.dev, "Cumulative Layout Shift").</param>
/// <param name="Moved">What has.</param>
/// <param name="LongestTask">The processor time of the page's longest task, in milliseconds: that of a clock would show how busy the machine is.</param>
internal sealed record PageLoad(IReadOnlyDictionary<string, int> Scripts, int Bytes, double LayoutShift, string Moved, double LongestTask)
{
    private const string WatchShifts = "globalThis.shift = 0; globalThis.moved = []; new PerformanceObserver(list => list.getEntries().forEach(entry => { shift += entry.hadRecentInput ? 0 : entry.value; moved.push(...entry.sources.map(source => source.node?.className || source.node?.nodeName)); })).observe({ type: 'layout-shift', buffered: true });";
    private const string ReadSizes = "performance.getEntries().filter(entry => entry.encodedBodySize).map(entry => [entry.name, entry.encodedBodySize])";

    private static readonly TimeSpan TraceLimit = TimeSpan.FromMinutes(1);

    /// <summary>Opens an address in a fresh page.</summary>
    /// <param name="page">The page.</param>
    /// <param name="address">The address.</param>
    /// <param name="shown">Waits until all is there.</param>
    public static async Task<PageLoad> MeasureAsync(IPage page, string address, Func<Task> shown)
    {
        await page.AddInitScriptAsync(WatchShifts);
        var longestTask = await LongestTaskAsync(page, async () =>
        {
            await page.GotoAsync(address);
            await shown();
            await page.WaitForLoadStateAsync(LoadState.NetworkIdle);
        });
        var sizes = (await page.EvaluateAsync<JsonElement>(ReadSizes)).EnumerateArray().Select(size => (Name: size[0].GetString()!, Bytes: size[1].GetInt32())).DistinctBy(size => size.Name).ToArray();
        return new PageLoad(
            sizes.Where(size => size.Name.EndsWith(".js", StringComparison.Ordinal)).ToDictionary(size => size.Name, size => size.Bytes),
            sizes.Sum(size => size.Bytes),
            await page.EvaluateAsync<double>("shift"),
            await page.EvaluateAsync<string>("moved.join()"),
            longestTask);
    }

    /// <summary>The processor time of the longest task that the page's thread has while something is done, in milliseconds: so long may an input wait.</summary>
    /// <param name="page">The page.</param>
    /// <param name="during">What is done.</param>
    public static async Task<double> LongestTaskAsync(IPage page, Func<Task> during) => (await TraceAsync(page, during)).Max(task => task.Length);

    /// <summary>The most processor time that the page's thread takes from one frame to the next while something is done, in milliseconds: so long is nothing new seen.</summary>
    /// <param name="page">The page.</param>
    /// <param name="during">What is done.</param>
    public static async Task<double> LongestFrameAsync(IPage page, Func<Task> during) => (await TraceAsync(page, during)).GroupBy(task => task.Frame, (_, tasks) => tasks.Sum(task => task.Length)).Max();

    /// <summary>The tasks that the page's thread has: the number of the frame that each is before, and its processor time in milliseconds.</summary>
    private static async Task<IReadOnlyList<(int Frame, double Length)>> TraceAsync(IPage page, Func<Task> during)
    {
        var browser = await page.Context.NewCDPSessionAsync(page);
        var events = new ConcurrentQueue<JsonElement>();
        var traced = new TaskCompletionSource();
        browser.Event("Tracing.dataCollected").OnEvent += (_, data) => Array.ForEach([.. data!.Value.GetProperty("value").EnumerateArray()], events.Enqueue);
        browser.Event("Tracing.tracingComplete").OnEvent += (_, _) => traced.TrySetResult();
        await browser.SendAsync("Tracing.start", new() { ["categories"] = "disabled-by-default-devtools.timeline,disabled-by-default-devtools.timeline.frame,disabled-by-default-v8.compile", ["transferMode"] = "ReportEvents" });
        await during();
        await browser.SendAsync("Tracing.end");
        await traced.Task.WaitAsync(TraceLimit);
        return TasksOf(events);
    }

    private static List<(int Frame, double Length)> TasksOf(IReadOnlyCollection<JsonElement> events)
    {
        var pages = events.Where(found => Is(found, "thread_name") && found.GetProperty("args").GetProperty("name").GetString() == "CrRendererMain").Select(ThreadOf).ToHashSet();
        var frame = 0;
        var tasks = new List<(int, double)>();
        foreach (var found in events.Where(found => pages.Contains(ThreadOf(found))).OrderBy(found => found.GetProperty("ts").GetDouble()))
        {
            if (Is(found, "RunTask") && found.TryGetProperty("tdur", out var length))
            {
                tasks.Add((frame, length.GetDouble() / 1_000));
            }
            else if (Is(found, "V8.CollectSourcePositions") && tasks.Count > 0)
            {
                // The script is parsed once more for stack traces that are taken for this trace alone: no shopper's browser does it.
                var task = tasks[^1];
                tasks[^1] = (task.Item1, task.Item2 - (found.GetProperty("tdur").GetDouble() / 1_000));
            }
            else if (Is(found, "BeginMainThreadFrame"))
            {
                frame++;
            }
        }

        return tasks;

        static bool Is(JsonElement found, string name) => found.GetProperty("name").GetString() == name;
        static (int, int) ThreadOf(JsonElement found) => (found.GetProperty("pid").GetInt32(), found.GetProperty("tid").GetInt32());
    }
}
