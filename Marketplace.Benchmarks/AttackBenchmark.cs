using System.Globalization;
using Marketplace.Benchmarks.Load;
using Marketplace.Benchmarks.Running;

namespace Marketplace.Benchmarks;

/// <summary>What callers see without and with one hostile client beside them, and what memory it costs the gateway.</summary>
internal static class AttackBenchmark
{
    public static async Task<int> RunAsync(BenchmarkOptions options)
    {
        // All limits are the defaults; clients are distinguished by the address that a proxy on this machine names.
        await using var run = await MarketplaceRun.StartAsync(new() { ["Gateway__RateLimit__ColdReadsPerMinute"] = "0" });
        await GatewayBenchmark.AskAllAsync(run, GatewayBenchmark.Bodies);
        run.GatewaySettings.Remove("Gateway__RateLimit__ColdReadsPerMinute");
        run.GatewaySettings["Gateway__TrustedProxies__0"] = "127.0.0.1";
        await run.RestartAsync("gateway");

        var bodies = GatewayBenchmark.Bodies;
        byte[][][] answers = [await GatewayBenchmark.AskAllAsync(run, bodies), await GatewayBenchmark.AskAllAsync(run, bodies)];
        var address = new Uri(run.Address("gateway"), "graphql");
        var load = new HttpLoad(address, bodies, Enumerable.Range(0, bodies.Length).Select(i => answers.Select(answer => answer[i]).ToArray()));
        using var hostile = new HostileClient(address, GatewayBenchmark.Ids);
        using (var client = new HostileClient(address, GatewayBenchmark.Ids))
        {
            await client.AskPolitelyAsync(CancellationToken.None);
        }

        await WarmUp.UntilSteadyAsync(options.Round, AloneAsync);
        var (before, most) = (await run.ResidentAsync("gateway"), 0.0);
        await BesideAsync(options.Round);

        var (alone, beside) = await Turns.TakeAsync(options.Duration, AloneAsync, BesideAsync);
        var report = new Report($"attack, {options.Connections} connections, {HostileClient.Connections} of the hostile client for each of four things, {MarketplaceRun.Broker}");
        report.Floor("alone", alone);
        report.Ours("beside a hostile client", beside, alone, null, most);
        report.Print();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"The gateway's memory: {before:N0} MiB before, at most {most:N0} MiB beside it, {most / before:0.00} times. Sent by it: {hostile.Sent}."));
        return 0;

        Task<Measurement> AloneAsync(TimeSpan time) => load.RunAsync(options.Connections, time);

        async Task<Measurement> BesideAsync(TimeSpan time)
        {
            using var stopping = new CancellationTokenSource();
            var attack = hostile.RunAsync(stopping.Token);
            var measured = await AloneAsync(time);
            most = Math.Max(most, await run.ResidentAsync("gateway"));
            await stopping.CancelAsync();
            await attack;
            return measured;
        }
    }
}
