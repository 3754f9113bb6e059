using Google.Protobuf.Collections;
using Grpc.Core;
using Wire = Marketplace.Products.V1;

namespace Marketplace.Gateway.Products.Transports;

/// <summary>Reads single products of a marketplace over gRPC: those asked for before the thread pool's next turn go in one call.</summary>
/// <param name="client">The marketplace's service.</param>
/// <param name="time">The clock.</param>
internal sealed class GrpcReadBatcher(Wire.Products.ProductsClient client, TimeProvider time)
{
    /// <summary>How many ids a call may have, see product.proto.</summary>
    public const int MaxIds = 100;

    private readonly RequestCoalescer<Batch, RepeatedField<Wire.ReadResult>> _calls = new((batch, cancellationToken) => batch.SendAsync(client, cancellationToken));
    private readonly Lock _gate = new();
    private Batch? _next;

    /// <summary>Reads a product; the result is empty when the response does not match the request.</summary>
    /// <param name="id">Its id, of the allowed form.</param>
    /// <param name="timeout">How long to wait. A call's deadline is the latest one of the reads that share it.</param>
    /// <param name="cancellationToken">Ends the wait, and the call when no other read waits for it.</param>
    /// <exception cref="RpcException">There is no response.</exception>
    public async Task<Wire.ReadResult> GetAsync(string id, TimeSpan timeout, CancellationToken cancellationToken)
    {
        // The transport that was asked first may have used up the time.
        if (timeout <= TimeSpan.Zero)
        {
            throw DeadlineExceeded();
        }

        using var deadline = new CancellationTokenSource(timeout, time);
        using var leaving = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, deadline.Token);
        var (batch, index) = Join(id, (time.GetUtcNow() + timeout).UtcDateTime);
        try
        {
            var results = await _calls.JoinAsync(batch, leaving.Token);
            return results.Count == batch.Count ? results[index] : new Wire.ReadResult();
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw DeadlineExceeded();
        }
    }

    private static RpcException DeadlineExceeded() => new(new Status(StatusCode.DeadlineExceeded, ""));

    private (Batch Batch, int Index) Join(string id, DateTime deadline)
    {
        lock (_gate)
        {
            var batch = _next ??= new Batch(this);
            var index = batch.Add(id, deadline);
            if (batch.Count == MaxIds)
            {
                _next = null;
            }

            return (batch, index);
        }
    }

    private sealed class Batch(GrpcReadBatcher batcher)
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
            lock (batcher._gate)
            {
                if (batcher._next == this)
                {
                    batcher._next = null;
                }
            }

            return (await client.GetAsync(_request, new CallOptions(deadline: _deadline, cancellationToken: cancellationToken))).Results;
        }
    }
}
