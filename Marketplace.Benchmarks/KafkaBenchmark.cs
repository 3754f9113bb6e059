using Marketplace.Benchmarks.Running;

namespace Marketplace.Benchmarks;

/// <summary>The gateway and a service over Kafka beside a bare gateway and a bare service over the same broker.</summary>
internal static class KafkaBenchmark
{
    public static async Task<int> RunAsync(BenchmarkOptions options)
    {
        await using var run = await MarketplaceRun.StartAsync(new() { ["Gateway__LocalCache__Bytes"] = "0" });
        var report = new Report($"gateway over Kafka, {MarketplaceRun.Broker}");
        var cached = await GatewayBenchmark.CachedAsync(run);

        // The gateway's Redis is empty, the service's is not.
        run.GatewaySettings["ConnectionStrings__redis"] = run.EmptyRedis;
        run.GatewaySettings["Gateway__GrpcReads"] = "Off";
        await run.RestartAsync("gateway");
        await run.StartAsync("floor-answer");
        await run.StartAsync("floor-ask");
        var comparison = new Comparison(run, report, options, GatewayBenchmark.Bodies, cached);
        foreach (var connections in (int[])[1, options.Connections, 4 * options.Connections])
        {
            await comparison.TakeAsync($"bare pair, {connections} connections", run.Address("floor-ask"), $"gateway and service, {connections} connections", connections, [cached]);
        }

        report.Print();
        return 0;
    }
}
