using System.Diagnostics;
using System.Globalization;
using Marketplace.Benchmarks.Load;
using Marketplace.Benchmarks.Running;

namespace Marketplace.Benchmarks;

/// <summary>The way through gateway, Kafka and service, beside a program that makes spans: to nobody, then to the dashboard. What differs is what sending and keeping them takes.</summary>
internal static class DashboardBenchmark
{
    public static async Task<int> RunAsync(BenchmarkOptions options)
    {
        await using var run = await MarketplaceRun.StartAsync(new() { ["Gateway__Memory__Bytes"] = "0", ["Gateway__Instant"] = "Off" });
        var report = new Report($"over Kafka beside {SpanLoad.PerSecond:N0} spans/s, {await run.BrokerAsync()}");
        await GatewayBenchmark.AskAllAsync(run, GatewayBenchmark.Bodies);

        // The gateway's Redis is empty from now on, the service's is not.
        run.GatewaySettings["ConnectionStrings__redis"] = run.EmptyRedis;
        await run.RestartAsync("gateway");
        var load = new HttpLoad(new Uri(run.Address("gateway"), "graphql"), GatewayBenchmark.Bodies, (await GatewayBenchmark.AskAllAsync(run, GatewayBenchmark.Bodies)).Select(answer => (byte[][])[answer]));

        foreach (var connections in (int[])[1, options.Connections])
        {
            var alone = await MeasureAsync(connections);
            report.Floor($"{connections} at a time, no spans", alone);
            await BesideAsync("spans-unsent", $"{connections} at a time, spans to nobody", connections, alone);
            await BesideAsync("spans", $"{connections} at a time, spans to the dashboard", connections, alone);
        }

        report.Print();
        return 0;

        async Task<Measurement> MeasureAsync(int connections)
        {
            await WarmUp.UntilSteadyAsync(options.Round, time => load.RunAsync(connections, time));
            return await load.RunAsync(connections, options.Duration);
        }

        async Task BesideAsync(string program, string what, int connections, Measurement alone)
        {
            await run.StartAsync(program);
            var (received, start) = (run.Telemetry.Traces.ReceivedSpans, Stopwatch.GetTimestamp());
            var measured = await MeasureAsync(connections);
            var rate = (run.Telemetry.Traces.ReceivedSpans - received) / Stopwatch.GetElapsedTime(start).TotalSeconds;
            await run.StopAsync(program);
            report.Ours(string.Create(CultureInfo.InvariantCulture, $"{what} ({rate:N0}/s received)"), measured, alone, null, await run.ResidentAsync("gateway"));
        }
    }
}
