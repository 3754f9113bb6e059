using Marketplace.Benchmarks.Floors;
using Marketplace.Benchmarks.Load;
using Marketplace.Benchmarks.Running;
using Marketplace.Contracts;
using Marketplace.Messaging;
using StackExchange.Redis;

namespace Marketplace.Benchmarks;

/// <summary>A marketplace's service beside a bare consumer that sends as many bytes back, through the same broker.</summary>
internal static class PipelineBenchmark
{
    private const int ReplyPartition = MessagingBuilder.DefaultPartitions - 1;
    private const int ColdIds = 20_000;

    private static readonly string Topic = Topics.GetProduct("ebay");
    private static readonly string[] Ids = Existing(830_000, 1_000);

    public static async Task<int> RunAsync(BenchmarkOptions options)
    {
        await using var run = await MarketplaceRun.StartAsync();
        await run.StopAsync("gateway");

        // As deployed: the schema is there when the service starts.
        await run.StopAsync("ebay");
        await run.StartAsync("ebay");
        var report = new Report($"pipeline, {MarketplaceRun.Broker}");
        using var load = new KafkaLoad(await run.ConnectionStringAsync("kafka"), ReplyPartition);
        var cold = Existing(1_000_000, ColdIds);

        // An echo carries a product's bytes.
        await AskAsync(1, Ids);
        await using var redis = await ConnectionMultiplexer.ConnectAsync((await run.ConnectionStringAsync("redis")) + ",allowAdmin=true");
        await redis.GetDatabase().StringSetAsync(AnsweringFloor.EchoKey, await redis.GetDatabase().StringGetAsync(CachedProduct.Key("ebay", Ids[0])));
        await run.StartAsync("floor-answer");

        Measurement? floor = null;
        foreach (var callers in (int[])[1, options.Connections, 512])
        {
            await WarmUp.UntilSteadyAsync(options.Round, FloorAsync);
            await WarmUp.UntilSteadyAsync(options.Round, OursAsync);
            var before = await run.AllocatedAsync("ebay");
            (floor, var ours) = await Turns.TakeAsync(options.Duration, FloorAsync, OursAsync);
            report.Floor($"bare echo, {callers} at a time", floor);
            report.Ours($"Redis hit, {callers} at a time", ours, floor, (await run.AllocatedAsync("ebay") - before) / ours.Count, await run.ResidentAsync("ebay"));

            Task<Measurement> FloorAsync(TimeSpan time) => EchoAsync(callers, time);
            Task<Measurement> OursAsync(TimeSpan time) => AskAsync(callers, Forever(), time);
        }

        report.Ours("source hit (simulator), 512 at a time", await AskAsync(512, cold, options.Duration), floor!, null, await run.ResidentAsync("ebay"));
        await AskAsync(512, cold);
        await redis.GetServers()[0].FlushDatabaseAsync();
        report.Ours("Postgres hit, 512 at a time", await AskAsync(512, cold), floor!, null, await run.ResidentAsync("ebay"));

        await AskAsync(options.Connections, Ids);
        var many = await AskAsync(512, Forever().Take(options.Commands), TimeSpan.FromMinutes(10));
        report.Ours($"Redis hit, {many.Count:N0} commands", many, floor!, null, await run.ResidentAsync("ebay"));
        report.Print();
        return 0;

        async Task<Measurement> AskAsync(int callers, IEnumerable<string> ids, TimeSpan? duration = null)
        {
            using var next = ids.GetEnumerator();
            return await load.RunAsync(Topic, callers, duration ?? TimeSpan.FromMinutes(2), next, SimulatedProducts.IsRight);
        }

        async Task<Measurement> EchoAsync(int callers, TimeSpan duration)
        {
            using var next = Forever().GetEnumerator();
            return await load.RunAsync(FloorTopics.Echo, callers, duration, next, (_, _) => true);
        }
    }

    private static string[] Existing(int from, int count) => [.. Enumerable.Range(from, count).Where(SimulatedProducts.Exists).Select(number => $"{number}")];

    private static IEnumerable<string> Forever()
    {
        while (true)
        {
            foreach (var id in Ids)
            {
                yield return id;
            }
        }
    }
}
