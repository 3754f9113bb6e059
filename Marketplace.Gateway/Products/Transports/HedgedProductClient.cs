using System.Collections.Frozen;
using Microsoft.Extensions.Options;

namespace Marketplace.Gateway.Products.Transports;

/// <summary>
/// Asks a marketplace's service for a product with hedging: over one transport, and over the other too when the first one fails or is
/// slow. The first response counts; the other request is cancelled.
/// </summary>
/// <remarks>
/// By hand, as Polly's hedging strategy (Polly.Core 8.8.0) with the same budget and delay takes 2.0 µs and 1.6 KB a request that needs no
/// hedge, and this 0.5 µs and 0.7 KB, in one run beside a transport that answers at once.
/// </remarks>
internal sealed class HedgedProductClient
{
    private readonly TimeSpan _timeout;
    private readonly GrpcReads _grpcReads;
    private readonly TimeProvider _time;
    private readonly FrozenDictionary<string, Transports> _transports;

    public HedgedProductClient(IProductTransport kafka, IProductTransport grpc, IOptions<GatewayOptions> options, TimeProvider time)
    {
        (_timeout, _grpcReads, _time) = (options.Value.Timeout, options.Value.GrpcReads, time);
        _transports = options.Value.Marketplaces.ToFrozenDictionary(
            marketplace => marketplace,
            _ => new Transports(new Transport(kafka, time), new Transport(grpc, time), new HedgeBudget()));
    }

    /// <summary>Asks and waits, at most as long as <see cref="GatewayOptions.Timeout"/>. Only cancellation throws.</summary>
    public Task<ProductResult> GetAsync(ProductKey product, CancellationToken cancellationToken)
    {
        var (kafka, grpc, budget) = _transports[product.Marketplace];
        if (_grpcReads == GrpcReads.Off)
        {
            return kafka.GetAsync(product, _timeout, cancellationToken);
        }

        var (primary, secondary) = _grpcReads == GrpcReads.First ? (grpc, kafka) : (kafka, grpc);
        return primary.Latency.IsInCooldown() && !secondary.Latency.IsInCooldown()
            ? GetAsync(secondary, primary, isSwapped: true, budget, product, cancellationToken)
            : GetAsync(primary, secondary, isSwapped: false, budget, product, cancellationToken);
    }

    private async Task<ProductResult> GetAsync(Transport first, Transport second, bool isSwapped, HedgeBudget budget, ProductKey product, CancellationToken cancellationToken)
    {
        using var completed = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var started = _time.GetTimestamp();
        budget.RecordRequest();
        var request = first.GetAsync(product, _timeout, completed.Token);
        await ((Task)request).WaitAsync(first.Latency.HedgingDelay, _time, CancellationToken.None).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (request.IsCompleted ? !(await request).IsUnanswered : second.Latency.IsInCooldown() || !budget.TrySpend())
        {
            return await request;
        }

        var hedge = HedgeAsync(second, product, _time.GetElapsedTime(started), completed.Token);
        var winner = request.IsCompleted ? request : await Task.WhenAny(request, hedge);
        if ((await winner).IsUnanswered)
        {
            // When both fail, the error reported is that of the transport that is configured to be first.
            var other = await (winner == request ? hedge : request);
            return other.IsUnanswered ? await (isSwapped ? hedge : request) : other;
        }

        if (winner == hedge)
        {
            first.Latency.RecordFailure(_time.GetElapsedTime(started));
        }

        await completed.CancelAsync();
        return await winner;
    }

    private async Task<ProductResult> HedgeAsync(Transport transport, ProductKey product, TimeSpan elapsed, CancellationToken cancellationToken)
    {
        var requestedAt = _time.GetUtcNow() - elapsed;
        return (await transport.GetAsync(product, _timeout - elapsed, cancellationToken)).WithSourceSince(requestedAt);
    }

    private sealed record Transports(Transport Kafka, Transport Grpc, HedgeBudget Budget);

    private sealed class Transport(IProductTransport client, TimeProvider time)
    {
        public LatencyTracker Latency { get; } = new(time);

        public async Task<ProductResult> GetAsync(ProductKey product, TimeSpan timeout, CancellationToken cancellationToken)
        {
            var started = time.GetTimestamp();
            var result = await client.GetAsync(product, timeout, cancellationToken);
            var elapsed = time.GetElapsedTime(started);
            if (result.IsUnanswered)
            {
                Latency.RecordFailure(elapsed);
            }
            else
            {
                Latency.RecordResponse(elapsed);
            }

            return result;
        }
    }
}
