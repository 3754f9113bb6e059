using System.Collections.Concurrent;
using StackExchange.Redis;

namespace Marketplace.Benchmarks.Floors;

/// <summary>A bare server whose answers lie ready, in Redis (<c>/redis</c>) or in memory (<c>/memory</c>).</summary>
internal static class HttpFloor
{
    /// <summary>Where the answers lie in Redis.</summary>
    public static string Key(string id) => $"floor:{id}";

    public static async Task<int> RunAsync()
    {
        var redis = await ConnectionMultiplexer.ConnectAsync(Environment.GetEnvironmentVariable("ConnectionStrings__redis")!);
        var database = redis.GetDatabase();
        var memory = new ConcurrentDictionary<string, byte[]>();
        return await FloorServer.RunAsync(async (path, id) =>
        {
            if (path != "/memory" || !memory.TryGetValue(id, out var answer))
            {
                answer = (byte[]?)await database.StringGetAsync(Key(id)) ?? [];
                memory.TryAdd(id, answer);
            }

            return answer;
        });
    }
}
