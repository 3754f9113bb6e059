using Marketplace.Benchmarks.Load;
using Marketplace.Benchmarks.Running;

namespace Marketplace.Benchmarks;

/// <summary>The gateway beside a bare program that answers the same requests.</summary>
/// <param name="run">Where both run.</param>
/// <param name="report">Gets the figures.</param>
/// <param name="options">How long each is measured.</param>
/// <param name="bodies">The requests.</param>
/// <param name="expected">What the bare program answers to each.</param>
internal sealed class Comparison(MarketplaceRun run, Report report, BenchmarkOptions options, string[] bodies, byte[][] expected)
{
    /// <summary>Warms both up, measures them in turns and reports both.</summary>
    /// <param name="floorName">What the bare program is called.</param>
    /// <param name="floorAddress">Where it is asked.</param>
    /// <param name="name">What the gateway is called.</param>
    /// <param name="connections">How many callers ask at a time.</param>
    /// <param name="answers">Lists of answers, each with one for each request; the gateway's have to be in one of them.</param>
    public async Task TakeAsync(string floorName, Uri floorAddress, string name, int connections, byte[][][] answers)
    {
        var bare = new HttpLoad(floorAddress, bodies, expected.Select(answer => (byte[][])[answer]));
        var load = new HttpLoad(new Uri(run.Address("gateway"), "graphql"), bodies, Enumerable.Range(0, bodies.Length).Select(i => answers.Select(answer => answer[i]).ToArray()));
        await WarmUp.UntilSteadyAsync(options.Round, BareAsync);
        await WarmUp.UntilSteadyAsync(options.Round, LoadAsync);
        var before = await run.AllocatedAsync("gateway");
        var (floor, ours) = await Turns.TakeAsync(options.Duration, BareAsync, LoadAsync);
        report.Floor(floorName, floor);
        report.Ours(name, ours, floor, (await run.AllocatedAsync("gateway") - before) / ours.Count, await run.ResidentAsync("gateway"));

        Task<Measurement> BareAsync(TimeSpan time) => bare.RunAsync(connections, time);
        Task<Measurement> LoadAsync(TimeSpan time) => load.RunAsync(connections, time);
    }
}
