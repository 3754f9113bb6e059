using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using GraphQLParser.AST;
using Marketplace.Gateway.Products;
using Microsoft.Extensions.Options;

namespace Marketplace.Gateway.Execution.Plans;

/// <summary>
/// Caches responses that hold one product, by the bytes of their requests: a request that comes again, byte for byte, is neither parsed
/// nor executed, for as long as the local cache holds the very product the response was made of.
/// </summary>
internal sealed class ResponseCache(IProductReader products, IOptions<GatewayOptions> options)
{
    /// <summary>In bytes; longer requests are rare, and take longer to look up.</summary>
    private const int LongestRequest = 4 * 1024;

    /// <summary>What an entry takes besides its bytes, in bytes.</summary>
    private const int Overhead = 256;

    private readonly BoundedCache<byte[], ReadOnlySpan<byte>, Entry> _entries = new(options.Value.LocalCache.Bytes / 4, new Bytes());

    /// <summary>Finds the response to a request that came before.</summary>
    /// <param name="request">The request as it came.</param>
    /// <param name="response">The response.</param>
    /// <param name="operation">The operation of the request.</param>
    public bool TryGet(ReadOnlySpan<byte> request, out ReadOnlyMemory<byte> response, [NotNullWhen(true)] out GraphQLOperationDefinition? operation)
    {
        if (request.Length <= LongestRequest && _entries.TryGet(request, out var entry)
            && ReferenceEquals(products.Find(entry.Key)?.Product, entry.Product))
        {
            (response, operation) = (entry.Response, entry.Operation);
            return true;
        }

        (response, operation) = (default, null);
        return false;
    }

    /// <summary>Adds a response.</summary>
    /// <param name="request">The request as it came; empty when its bytes are not all of it.</param>
    /// <param name="response">The response.</param>
    /// <param name="operation">The operation that was executed.</param>
    /// <param name="key">The key the product was asked for by.</param>
    /// <param name="product">The product, as the local cache holds it.</param>
    public void Add(ReadOnlySpan<byte> request, ReadOnlySpan<byte> response, GraphQLOperationDefinition operation, ProductKey key, ProductJson product)
    {
        if (request.Length is > 0 and <= LongestRequest)
        {
            // The product counts too: it may have left the local cache while the entry still refers to it.
            _entries.Set(request.ToArray(), new Entry(response.ToArray(), operation, key, product), request.Length + response.Length + product.Length + Overhead);
        }
    }

    private sealed record Entry(byte[] Response, GraphQLOperationDefinition Operation, ProductKey Key, ProductJson Product);

    private sealed class Bytes : IEqualityComparer<byte[]>, IAlternateEqualityComparer<ReadOnlySpan<byte>, byte[]>
    {
        public byte[] Create(ReadOnlySpan<byte> alternate) => alternate.ToArray();

        public bool Equals(byte[]? x, byte[]? y) => x.AsSpan().SequenceEqual(y);

        public bool Equals(ReadOnlySpan<byte> alternate, byte[] other) => alternate.SequenceEqual(other);

        public int GetHashCode(byte[] obj) => GetHashCode(obj.AsSpan());

        // A string's hash, whose random seed protects from hash flooding.
        public int GetHashCode(ReadOnlySpan<byte> alternate) => string.GetHashCode(MemoryMarshal.Cast<byte, char>(alternate));
    }
}
