using System.Globalization;
using Marketplace.Benchmarks.Load;
using Marketplace.Benchmarks.Running;
using Marketplace.Contracts;
using Marketplace.Messaging;

namespace Marketplace.Benchmarks;

/// <summary>Products that nothing keeps: a marketplace that answers for ten in a call beside one that answers for one, with an allowance and without.</summary>
internal static class SourceBenchmark
{
    private const int ReplyPartition = MessagingBuilder.DefaultPartitions - 1;
    private const int Batch = 10;

    /// <summary>As many callers as calls that a read waits for: 10 seconds at one a second, less the one under way.</summary>
    private const int PacedCallers = 9;

    private const int PacedIds = 512;

    public static async Task<int> RunAsync(BenchmarkOptions options)
    {
        var settings = new Dictionary<string, object> { ["Products__CallsPerDay"] = "1000000000", ["Products__CallsPerSecond"] = "" };
        await using var run = await MarketplaceRun.StartAsync(marketplaceSettings: settings);
        await run.StopAsync("gateway");
        using var load = new KafkaLoad(await run.ConnectionStringAsync("kafka"), ReplyPartition);
        var report = new Report($"source, {MarketplaceRun.Broker}");
        var last = 0;

        // As deployed: the schema is there when a service starts.
        await RestartAsync();
        await OneAsync(options.Round);
        await ManyAsync(options.Round);
        var (one, many) = await Turns.TakeAsync(options.Duration, OneAsync, ManyAsync);
        report.Floor("no limit, one id a call, 512 at a time", one);
        report.Ours("no limit, ten ids a call, 512 at a time", many, one, null, await run.ResidentAsync("amazon"));

        settings["Products__CallsPerSecond"] = "1";
        await RestartAsync();
        await run.SlowDownAsync("ebay-simulator", latencyMs: 100);
        await run.SlowDownAsync("amazon-simulator", latencyMs: 100);
        var paced = await Task.WhenAll(
            AskAsync("ebay", PacedCallers, TimeSpan.FromMinutes(2), PacedIds / Batch),
            AskAsync("amazon", PacedCallers * Batch, TimeSpan.FromMinutes(2), PacedIds));
        report.Floor("1 call/s, 100 ms a call, one id a call", paced[0]);
        report.Ours("1 call/s, 100 ms a call, ten ids a call", paced[1], paced[0], null, await run.ResidentAsync("amazon"));
        report.Print();
        return 0;

        Task<Measurement> OneAsync(TimeSpan time) => AskAsync("ebay", 512, time, int.MaxValue);

        Task<Measurement> ManyAsync(TimeSpan time) => AskAsync("amazon", 512, time, int.MaxValue);

        async Task RestartAsync()
        {
            await run.RestartAsync("ebay");
            await run.RestartAsync("amazon");
        }

        async Task<Measurement> AskAsync(string marketplace, int callers, TimeSpan duration, int count)
        {
            using var ids = Cold(marketplace == "amazon" ? "'B'000000000" : "'4'0000000").Take(count).GetEnumerator();
            return await load.RunAsync(Topics.GetProduct(marketplace), callers, duration, ids, SimulatedProducts.IsRight);
        }

        IEnumerable<string> Cold(string format)
        {
            while (true)
            {
                if (Interlocked.Increment(ref last) is var number && SimulatedProducts.Exists(number))
                {
                    yield return number.ToString(format, CultureInfo.InvariantCulture);
                }
            }
        }
    }
}
