using StackExchange.Redis;

namespace Microsoft.Extensions.Hosting;

/// <summary>
/// What a Redis Cluster asks for and a single server does not: the keys of a command or script belong to one hash slot
/// (Redis Cluster specification, "Implemented subset" and "Hash tags").
/// </summary>
public static class RedisCluster
{
    private static readonly RedisKey AnyKey = "0";

    /// <summary>Whether keys have slots; <c>false</c> until a server has been connected.</summary>
    /// <param name="database">The connection's database.</param>
    public static bool HasSlots(this IDatabase database) => database.Multiplexer.GetHashSlot(AnyKey) >= 0;

    /// <summary>Reads several values: as one <c>MGET</c>, or on a cluster as a pipelined <c>GET</c> for each key.</summary>
    /// <param name="database">Where they are.</param>
    /// <param name="keys">Keys of any slots.</param>
    /// <returns>The values in the order of the keys; null ones for keys that are not there.</returns>
    /// <exception cref="Exception">Any that <see cref="RedisFailure"/> names: not all could be read.</exception>
    public static Task<RedisValue[]> GetAllAsync(this IDatabase database, RedisKey[] keys) =>
        database.HasSlots() ? Task.WhenAll(Array.ConvertAll(keys, key => database.StringGetAsync(key))) : database.StringGetAsync(keys);

    /// <summary>Completes when Redis serves: it answers a <c>PING</c>, and on a cluster, whose servers do so while slots have none, a read.</summary>
    /// <param name="database">The connection's database.</param>
    /// <exception cref="Exception">Any that <see cref="RedisFailure"/> names: it does not.</exception>
    public static async Task CheckAsync(this IDatabase database)
    {
        await database.PingAsync();
        if (!database.HasSlots())
        {
            return;
        }

        try
        {
            await database.KeyExistsAsync(AnyKey);
        }
        catch (RedisServerException exception) when (exception.Message.StartsWith("NOPERM", StringComparison.Ordinal))
        {
            // The user may read other keys alone; a cluster that does not serve says so only to those who may.
        }
    }
}
