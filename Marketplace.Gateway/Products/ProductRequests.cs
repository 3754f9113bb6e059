using System.Collections.Frozen;
using Marketplace.Gateway.Products.Instant;
using Microsoft.Extensions.Options;

namespace Marketplace.Gateway.Products;

/// <summary>One way of asking a marketplace's service for a product. Only cancellation throws.</summary>
/// <param name="product">The product; its id has the allowed form.</param>
/// <param name="timeout">How long to wait.</param>
/// <param name="cancellationToken">Ends the wait.</param>
internal delegate Task<ProductResult> AskForProduct((string Marketplace, string Id) product, TimeSpan timeout, CancellationToken cancellationToken);

/// <summary>
/// Asks a marketplace's service for a product: over Kafka, over gRPC, or over one and then the other. The caller gets one answer;
/// what is still asked for then is cancelled.
/// </summary>
internal sealed class ProductRequests
{
    private readonly TimeSpan _timeout;
    private readonly InstantPath _instant;
    private readonly TimeProvider _time;
    private readonly FrozenDictionary<string, Ways> _ways;

    public ProductRequests(AskForProduct overKafka, AskForProduct overGrpc, IOptions<GatewayOptions> options, TimeProvider time)
    {
        _timeout = options.Value.Timeout;
        _instant = options.Value.Instant;
        _time = time;
        _ways = options.Value.Marketplaces.ToFrozenDictionary(
            marketplace => marketplace,
            _ => new Ways(new Way(overKafka, time), new Way(overGrpc, time), new HedgeBudget()));
    }

    /// <summary>Asks and waits, at most as long as <see cref="GatewayOptions.Timeout"/>. Only cancellation throws.</summary>
    public Task<ProductResult> GetAsync((string Marketplace, string Id) product, CancellationToken cancellationToken)
    {
        var (kafka, instant, hedges) = _ways[product.Marketplace];
        if (_instant == InstantPath.Off)
        {
            return kafka.AskAsync(product, _timeout, cancellationToken);
        }

        var (first, second) = _instant == InstantPath.First ? (instant, kafka) : (kafka, instant);
        return first.Pace.IsResting() && !second.Pace.IsResting()
            ? AskAsync(second, first, isDetour: true, hedges, product, cancellationToken)
            : AskAsync(first, second, isDetour: false, hedges, product, cancellationToken);
    }

    private async Task<ProductResult> AskAsync(Way first, Way second, bool isDetour, HedgeBudget hedges, (string Marketplace, string Id) product, CancellationToken cancellationToken)
    {
        using var answered = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var started = _time.GetTimestamp();
        hedges.Earn();
        var one = first.AskAsync(product, _timeout, answered.Token);
        await ((Task)one).WaitAsync(first.Pace.Patience, _time, CancellationToken.None).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (one.IsCompleted ? !(await one).IsUnanswered : second.Pace.IsResting() || !hedges.TrySpend())
        {
            return await one;
        }

        var other = AskAgainAsync(second, product, _time.GetElapsedTime(started), answered.Token);
        var sooner = one.IsCompleted ? one : await Task.WhenAny(one, other);
        if ((await sooner).IsUnanswered)
        {
            // Where neither answers, the caller is told what became of the way that was to be gone.
            var later = await (sooner == one ? other : one);
            return later.IsUnanswered ? await (isDetour ? other : one) : later;
        }

        if (sooner == other)
        {
            first.Pace.Missed(_time.GetElapsedTime(started));
        }

        await answered.CancelAsync();
        return await sooner;
    }

    private async Task<ProductResult> AskAgainAsync(Way way, (string Marketplace, string Id) product, TimeSpan after, CancellationToken cancellationToken)
    {
        var asked = _time.GetUtcNow() - after;
        return (await way.AskAsync(product, _timeout - after, cancellationToken)).AskedAt(asked);
    }

    private sealed record Ways(Way Kafka, Way Instant, HedgeBudget Hedges);

    private sealed class Way(AskForProduct ask, TimeProvider time)
    {
        public Pace Pace { get; } = new(time);

        public async Task<ProductResult> AskAsync((string Marketplace, string Id) product, TimeSpan timeout, CancellationToken cancellationToken)
        {
            var started = time.GetTimestamp();
            var result = await ask(product, timeout, cancellationToken);
            if (result.IsUnanswered)
            {
                Pace.Missed(time.GetElapsedTime(started));
            }
            else
            {
                Pace.Answered(time.GetElapsedTime(started));
            }

            return result;
        }
    }
}
