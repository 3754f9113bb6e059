using Google.Protobuf.Collections;
using Grpc.Core;
using Wire = Marketplace.Products.V1;

namespace Marketplace.Gateway.Products.Instant;

/// <summary>Reads single products of a marketplace over gRPC: those asked for before the thread pool's next turn go in one call.</summary>
/// <param name="client">The marketplace's service.</param>
/// <param name="time">The clock.</param>
internal sealed class InstantReads(Wire.Products.ProductsClient client, TimeProvider time)
{
    /// <summary>How many ids a call may have, see product.proto.</summary>
    public const int MaxIds = 100;

    private readonly Flights<Call, RepeatedField<Wire.ReadResult>> _calls = new((call, cancellationToken) => call.SendAsync(client, cancellationToken));
    private readonly Lock _gate = new();
    private Call? _next;

    /// <summary>Reads a product; <c>null</c> when the answer does not match the question.</summary>
    /// <param name="id">Its id, of the allowed form.</param>
    /// <param name="timeout">How long to wait. A call waits as long as the most patient of those who share it.</param>
    /// <param name="cancellationToken">Ends the wait, and the call when nobody else waits for it.</param>
    /// <exception cref="RpcException">There is no answer.</exception>
    public async Task<Wire.ReadResult?> GetAsync(string id, TimeSpan timeout, CancellationToken cancellationToken)
    {
        // The way that was gone first may have used it up.
        if (timeout <= TimeSpan.Zero)
        {
            throw OutOfTime();
        }

        using var patience = new CancellationTokenSource(timeout, time);
        using var leaving = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, patience.Token);
        var (call, place) = Board(id, (time.GetUtcNow() + timeout).UtcDateTime);
        try
        {
            var results = await _calls.JoinAsync(call, leaving.Token);
            return results.Count == call.Count ? results[place] : null;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw OutOfTime();
        }
    }

    private static RpcException OutOfTime() => new(new Status(StatusCode.DeadlineExceeded, ""));

    private (Call Call, int Place) Board(string id, DateTime deadline)
    {
        lock (_gate)
        {
            var call = _next ??= new Call(this);
            var place = call.Add(id, deadline);
            if (call.Count == MaxIds)
            {
                _next = null;
            }

            return (call, place);
        }
    }

    private sealed class Call(InstantReads reads)
    {
        private readonly Wire.GetRequest _request = new();
        private DateTime _deadline;

        public int Count => _request.Ids.Count;

        public int Add(string id, DateTime deadline)
        {
            _request.Ids.Add(id);
            _deadline = deadline > _deadline ? deadline : _deadline;
            return Count - 1;
        }

        public async Task<RepeatedField<Wire.ReadResult>> SendAsync(Wire.Products.ProductsClient client, CancellationToken cancellationToken)
        {
            await Task.Yield();
            lock (reads._gate)
            {
                if (reads._next == this)
                {
                    reads._next = null;
                }
            }

            return (await client.GetAsync(_request, new CallOptions(deadline: _deadline, cancellationToken: cancellationToken))).Results;
        }
    }
}
