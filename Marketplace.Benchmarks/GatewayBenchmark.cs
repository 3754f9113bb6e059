using System.Text;
using Marketplace.Benchmarks.Floors;
using Marketplace.Benchmarks.Load;
using Marketplace.Benchmarks.Running;
using StackExchange.Redis;

namespace Marketplace.Benchmarks;

/// <summary>The gateway beside a bare Kestrel that returns the same bytes, and beside a bare gateway and service over the same broker.</summary>
internal static class GatewayBenchmark
{
    private const string Query = "query($id: ID!) { getProductById(id: $id) { id title price { amount currency } condition brand imageUrls itemUrl seller { username feedbackScore } availability { status quantity } source } }";

    private static readonly string[] Ids = [.. Enumerable.Range(1, 256).Select(number => $"{820_000 + number}")];

    /// <summary>The request for each of the products that are asked for.</summary>
    public static string[] Bodies => [.. Ids.Select(id => $$$"""{"query":"{{{Query}}}","variables":{"id":"{{{id}}}"}}""")];

    public static async Task<int> RunAsync(BenchmarkOptions options)
    {
        await using var run = await MarketplaceRun.StartAsync(new() { ["Gateway__Memory__Bytes"] = "0" });
        var report = new Report($"gateway, {options.Connections} connections, {await run.BrokerAsync()}");
        var bodies = Bodies;

        // From Redis. What the gateway answers is what the bare program returns.
        await AskAllAsync(run, bodies);
        var cached = await AskAllAsync(run, bodies);
        await using (var redis = await ConnectionMultiplexer.ConnectAsync(await run.ConnectionStringAsync("redis")))
        {
            foreach (var (id, answer) in Ids.Zip(cached))
            {
                await redis.GetDatabase().StringSetAsync(HttpFloor.Key(id), answer);
            }
        }

        await run.StartAsync("floor-http");
        var floor = await MeasureAsync("redis", cached);
        report.Floor("bare Kestrel, Redis", floor);
        await OursAsync("gateway, Redis", options.Connections, floor, [cached]);

        // From memory. Entries that leave it come from Redis once.
        floor = await MeasureAsync("memory", cached);
        report.Floor("bare Kestrel, memory", floor);
        await run.StopAsync("floor-http");
        run.GatewaySettings.Remove("Gateway__Memory__Bytes");
        await run.RestartAsync("gateway");
        await AskAllAsync(run, bodies);
        await OursAsync("gateway, memory", options.Connections, floor, [cached, await AskAllAsync(run, bodies)]);

        // Over Kafka: the gateway's Redis is empty, the service's is not.
        run.GatewaySettings["Gateway__Memory__Bytes"] = "0";
        run.GatewaySettings["ConnectionStrings__redis"] = run.EmptyRedis;
        run.GatewaySettings["Gateway__Instant"] = "Off";
        await run.RestartAsync("gateway");
        await run.StartAsync("floor-answer");
        await run.StartAsync("floor-ask");
        foreach (var connections in (int[])[1, options.Connections])
        {
            floor = await new HttpLoad(run.Address("floor-ask"), bodies, cached.Select(answer => (byte[][])[answer])).RunAsync(connections, options.WarmUp, options.Duration);
            report.Floor($"bare pair over Kafka, {connections} connections", floor);
            await OursAsync($"gateway over Kafka, {connections} connections", connections, floor, [cached]);
        }

        report.Print();
        return 0;

        Task<Measurement> MeasureAsync(string path, byte[][] expected) =>
            new HttpLoad(new Uri(run.Address("floor-http"), path), bodies, expected.Select(answer => (byte[][])[answer])).RunAsync(options.Connections, options.WarmUp, options.Duration);

        async Task OursAsync(string what, int connections, Measurement beside, byte[][][] answers)
        {
            var load = new HttpLoad(new Uri(run.Address("gateway"), "graphql"), bodies, Enumerable.Range(0, bodies.Length).Select(i => answers.Select(answer => answer[i]).ToArray()));
            var before = await run.AllocatedAsync("gateway");
            var measured = await load.RunAsync(connections, options.WarmUp, options.Duration);
            var allocated = await run.AllocatedAsync("gateway") - before;

            // The warm-up's answers are not counted, so their share is taken off by time.
            var share = options.Duration / (options.Duration + options.WarmUp);
            report.Ours(what, measured, beside, allocated * share / measured.Count, await run.ResidentAsync("gateway"));
        }
    }

    public static async Task<byte[][]> AskAllAsync(MarketplaceRun run, string[] bodies)
    {
        using var http = new HttpClient { BaseAddress = run.Address("gateway") };
        var answers = new List<byte[]>();
        foreach (var body in bodies)
        {
            using var answer = await http.PostAsync("/graphql", new StringContent(body, Encoding.UTF8, "application/json"));
            answers.Add(await answer.Content.ReadAsByteArrayAsync());
        }

        return [.. answers];
    }
}
