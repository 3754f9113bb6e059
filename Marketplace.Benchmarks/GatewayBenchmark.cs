using System.Text;
using Marketplace.Benchmarks.Floors;
using Marketplace.Benchmarks.Running;
using StackExchange.Redis;

namespace Marketplace.Benchmarks;

/// <summary>The gateway beside a bare Kestrel that returns the same bytes.</summary>
internal static class GatewayBenchmark
{
    private const string Query = "query($id: ID!) { getProductById(id: $id) { id title price { amount currency } condition brand imageUrls itemUrl seller { username feedbackScore } availability { status quantity } source } }";

    /// <summary>The products that are asked for.</summary>
    public static readonly string[] Ids = [.. Enumerable.Range(1, 256).Select(number => $"{820_000 + number}")];

    /// <summary>The request for each of the products that are asked for.</summary>
    public static string[] Bodies => [.. Ids.Select(id => $$$"""{"query":"{{{Query}}}","variables":{"id":"{{{id}}}"}}""")];

    public static async Task<int> RunAsync(BenchmarkOptions options)
    {
        await using var run = await MarketplaceRun.StartAsync(new() { ["Gateway__LocalCache__Bytes"] = "0" });
        var report = new Report($"gateway, {options.Connections} connections");
        var bodies = Bodies;

        // From Redis. What the gateway answers is what the bare program returns.
        var cached = await CachedAsync(run);
        var comparison = new Comparison(run, report, options, bodies, cached);
        await run.StartAsync("floor-http");
        await comparison.TakeAsync("bare Kestrel, Redis", new Uri(run.Address("floor-http"), "redis"), "gateway, Redis", options.Connections, [cached]);

        // From memory. Entries that leave it come from Redis once.
        run.GatewaySettings.Remove("Gateway__LocalCache__Bytes");
        await run.RestartAsync("gateway");
        await AskAllAsync(run, bodies);
        await comparison.TakeAsync("bare Kestrel, memory", new Uri(run.Address("floor-http"), "memory"), "gateway, memory", options.Connections, [cached, await AskAllAsync(run, bodies)]);
        report.Print();
        return 0;
    }

    /// <summary>The answers to <see cref="Bodies"/> from a cache, put into Redis for the bare programs.</summary>
    public static async Task<byte[][]> CachedAsync(MarketplaceRun run)
    {
        await AskAllAsync(run, Bodies);
        var cached = await AskAllAsync(run, Bodies);
        await using var redis = await ConnectionMultiplexer.ConnectAsync(await run.ConnectionStringAsync("redis"));
        await redis.GetDatabase().StringSetAsync([.. Ids.Zip(cached, (id, answer) => KeyValuePair.Create((RedisKey)HttpFloor.Key(id), (RedisValue)answer))]);
        return cached;
    }

    /// <summary>The answers to requests, one after the other.</summary>
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
