using System.Runtime.CompilerServices;
using Marketplace.Products.Redis;
using Microsoft.Extensions.Options;
using StackExchange.Redis;

namespace Marketplace.Products.Budget;

/// <summary>
/// The calls that the marketplace allows a second (<see cref="ProductOptions.CallsPerSecond"/>), evenly spaced and shared by all instances
/// through Redis, by the server's clock. While Redis is away each instance keeps the pace by itself.
/// </summary>
internal sealed class CallPace(RedisGuard redis, MarketplaceName marketplace, IOptions<ProductOptions> options, TimeProvider time)
{
    // The key holds when the next call may be made, in microseconds, which a double holds exactly.
    private const string Script =
        """
        local clock = redis.call('TIME')
        local now = clock[1] * 1000000 + clock[2]
        local wait = math.max(tonumber(redis.call('GET', KEYS[1]) or 0) - now, 0)
        if wait > tonumber(ARGV[2]) then return {0, wait} end
        local until_next = wait + tonumber(ARGV[1])
        redis.call('SET', KEYS[1], string.format('%.0f', now + until_next), 'PX', math.ceil(until_next / 1000))
        return {1, wait}
        """;

    /// <summary>How long a further request of a question waits at most: its attempt is given up after three seconds.</summary>
    private static readonly TimeSpan LongestFurtherWait = TimeSpan.FromSeconds(2);

    /// <summary>How many requests the current question has made.</summary>
    private readonly AsyncLocal<StrongBox<int>?> _requests = new();

    private readonly TimeSpan _interval = options.Value.CallsPerSecond is { } calls ? TimeSpan.FromSeconds(1 / calls) : TimeSpan.Zero;
    private readonly RedisKey _key = $"{marketplace}:pace";
    private readonly Lock _lock = new();
    private DateTimeOffset _next;

    /// <summary>Whether there is a pace to keep.</summary>
    public bool IsLimited => _interval > TimeSpan.Zero;

    /// <summary>Reserves the next call that no other has reserved.</summary>
    /// <param name="longestWait">Reserves nothing when the call could only be made later than this from now.</param>
    /// <returns>Whether it is reserved, and in what time it may be made.</returns>
    public async ValueTask<(bool IsReserved, TimeSpan Wait)> ReserveAsync(TimeSpan longestWait)
    {
        if (!IsLimited)
        {
            return (true, TimeSpan.Zero);
        }

        var answer = await redis.TryAsync(
            static (database, call) => database.ScriptEvaluateAsync(Script, [call.Key], [call.Interval, call.LongestWait]),
            (Key: _key, Interval: Microseconds(_interval), LongestWait: Microseconds(longestWait)));
        lock (_lock)
        {
            var now = time.GetUtcNow();
            var wait = answer is not null ? TimeSpan.FromMicroseconds((long)answer[1]) : _next > now ? _next - now : TimeSpan.Zero;
            var isReserved = answer is not null ? (int)answer[0] == 1 : wait <= longestWait;
            if (isReserved)
            {
                _next = now + wait + _interval;
            }

            return (isReserved, wait);
        }
    }

    /// <summary>Waits until a call may be made.</summary>
    /// <param name="longestWait">How long at most.</param>
    /// <param name="givesWay">Whether others may be first: then the call is made once none is reserved.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="ProductSourceException">It would take longer.</exception>
    public async ValueTask WaitAsync(TimeSpan longestWait, bool givesWay, CancellationToken cancellationToken = default)
    {
        var end = time.GetUtcNow() + longestWait;
        while (IsLimited)
        {
            var (isReserved, wait) = await ReserveAsync(givesWay ? TimeSpan.Zero : longestWait);
            if (!isReserved && (!givesWay || time.GetUtcNow() + wait > end))
            {
                throw TooMany(wait);
            }

            await Task.Delay(wait, time, cancellationToken);
            if (isReserved)
            {
                return;
            }
        }
    }

    /// <summary>Begins a question to the marketplace, for whose first request a call is reserved.</summary>
    public void BeginQuestion() => _requests.Value = new StrongBox<int>();

    /// <summary>Waits before a question's second request and those after it: repetitions, and what else one call does not answer.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="ProductSourceException">It would take longer than two seconds.</exception>
    public ValueTask WaitIfFurtherAsync(CancellationToken cancellationToken) =>
        _requests.Value is { } requests && Interlocked.Increment(ref requests.Value) > 1 ? WaitAsync(LongestFurtherWait, givesWay: false, cancellationToken) : default;

    /// <summary>The failure of a call that would have to wait too long.</summary>
    public ProductSourceException TooMany(TimeSpan retryAfter) =>
        ProductSourceException.RateLimited($"More products of {marketplace} are being asked for than it allows a second.", retryAfter);

    private static long Microseconds(TimeSpan time) => time.Ticks / TimeSpan.TicksPerMicrosecond;
}
