using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using StackExchange.Redis;

namespace Marketplace.Gateway.Security;

/// <summary>The clients' token buckets that all instances share, in Redis. Instances change them by compare-and-set, which every Redis has.</summary>
internal sealed partial class SharedTokenBuckets(IConnectionMultiplexer redis, TimeProvider time, ILogger<SharedTokenBuckets> logger)
{
    /// <summary>Of the instances that change a bucket at the same time one succeeds in each round, so this is how many may contend for one client.</summary>
    private const int Rounds = 50;

    private static readonly TimeSpan WaitWhenContended = TimeSpan.FromMilliseconds(100);

    private static readonly TimeSpan CooldownAfterFailure = TimeSpan.FromSeconds(1);

    private readonly IDatabase _database = redis.GetDatabase();
    private long _awayUntil;

    /// <summary>Takes tokens out of a client's bucket; <c>null</c> when Redis does not answer.</summary>
    /// <param name="client">The bucket's name; of any length, stored as a hash.</param>
    /// <param name="rate">How fast and how far it fills.</param>
    /// <param name="least">As many must be there, else none is taken.</param>
    /// <param name="most">Up to so many are taken.</param>
    public async ValueTask<(int Taken, TimeSpan Wait)?> TakeAsync(string client, TokenRate rate, int least, int most)
    {
        if (time.GetTimestamp() < Volatile.Read(ref _awayUntil))
        {
            return null;
        }

        try
        {
            var key = Key(client);
            for (var round = 0; round < Rounds; round++)
            {
                var stored = await _database.StringGetAsync(key);
                var now = time.GetUtcNow().ToUnixTimeMilliseconds();
                var bucket = Read(stored) ?? new TokenBucket(rate.Burst, now);
                var next = bucket.Take(rate, least, most, now, out var taken, out var wait);
                if (taken == 0)
                {
                    return (0, wait);
                }

                var exchange = _database.CreateTransaction();
                exchange.AddCondition(stored.IsNull ? Condition.KeyNotExists(key) : Condition.StringEqual(key, stored));
                _ = exchange.StringSetAsync(key, Write(next), rate.TimeToFill + TimeSpan.FromSeconds(1));
                if (await exchange.ExecuteAsync())
                {
                    return (taken, TimeSpan.Zero);
                }
            }

            // Redis is there: letting the request pass on this instance's own account would multiply the client's rate.
            return (0, WaitWhenContended);
        }
        catch (Exception exception) when (RedisFailure.CauseOf(exception) is { } cause)
        {
            Log.Away(logger, cause);
            Volatile.Write(ref _awayUntil, time.GetTimestamp() + (long)(CooldownAfterFailure.TotalSeconds * time.TimestampFrequency));
            return null;
        }
    }

    // Of one length, and nobody's name.
    private static RedisKey Key(string client) => $"gateway:rate:{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(client)).AsSpan(0, 16))}";

    private static string Write(TokenBucket bucket) => string.Create(CultureInfo.InvariantCulture, $"{bucket.Tokens:0.###}@{bucket.At}");

    private static TokenBucket? Read(string? stored) =>
        stored?.Split('@') is [var tokens, var at]
        && double.TryParse(tokens, CultureInfo.InvariantCulture, out var count)
        && long.TryParse(at, CultureInfo.InvariantCulture, out var instant)
            ? new(count, instant)
            : null;

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Debug, "Redis does not serve ({Cause}); each instance limits clients for itself")]
        public static partial void Away(ILogger logger, string cause);
    }
}
