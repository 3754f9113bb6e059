using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using GraphQLParser.AST;
using Marketplace.Gateway.Products;
using Microsoft.Extensions.Options;

namespace Marketplace.Gateway.Execution.Plans;

/// <summary>
/// Answers that hold one product from memory, by the bytes of their requests: what is asked for again, byte for byte, is answered
/// without being read and executed anew, for as long as memory holds the very product the answer was made of.
/// </summary>
internal sealed class AnswerMemory(IProductReader products, IOptions<GatewayOptions> options)
{
    /// <summary>Longer requests are rare, and looking for them takes the longer.</summary>
    private const int LongestRequest = 4 * 1024;

    /// <summary>What an entry takes besides its bytes.</summary>
    private const int Overhead = 256;

    private readonly BoundedCache<byte[], ReadOnlySpan<byte>, Entry> _entries = new(options.Value.Memory.Bytes / 4, new Bytes());

    /// <summary>Finds the answer to a request that came before.</summary>
    /// <param name="request">The request as it came.</param>
    /// <param name="answer">The answer.</param>
    /// <param name="operation">The operation it was the answer to.</param>
    public bool TryGet(ReadOnlySpan<byte> request, out ReadOnlyMemory<byte> answer, [NotNullWhen(true)] out GraphQLOperationDefinition? operation)
    {
        if (request.Length <= LongestRequest && _entries.TryGet(request, out var entry)
            && ReferenceEquals(products.Find(entry.Marketplace, entry.Id)?.Product, entry.Product))
        {
            (answer, operation) = (entry.Answer, entry.Operation);
            return true;
        }

        (answer, operation) = (default, null);
        return false;
    }

    /// <summary>Keeps an answer.</summary>
    /// <param name="request">The request as it came; empty when its bytes do not tell all of it.</param>
    /// <param name="answer">The answer.</param>
    /// <param name="operation">The operation that was executed.</param>
    /// <param name="marketplace">Where the product is sold.</param>
    /// <param name="id">The id it was asked for by.</param>
    /// <param name="product">The product, as memory holds it.</param>
    public void Keep(ReadOnlySpan<byte> request, ReadOnlySpan<byte> answer, GraphQLOperationDefinition operation, string marketplace, string id, ProductJson product)
    {
        if (request.Length is > 0 and <= LongestRequest)
        {
            // The product may have left memory while the entry still refers to it.
            _entries.Set(request.ToArray(), new Entry(answer.ToArray(), operation, marketplace, id, product), request.Length + answer.Length + product.Length + Overhead);
        }
    }

    private sealed record Entry(byte[] Answer, GraphQLOperationDefinition Operation, string Marketplace, string Id, ProductJson Product);

    private sealed class Bytes : IEqualityComparer<byte[]>, IAlternateEqualityComparer<ReadOnlySpan<byte>, byte[]>
    {
        public byte[] Create(ReadOnlySpan<byte> alternate) => alternate.ToArray();

        public bool Equals(byte[]? x, byte[]? y) => x.AsSpan().SequenceEqual(y);

        public bool Equals(ReadOnlySpan<byte> alternate, byte[] other) => alternate.SequenceEqual(other);

        public int GetHashCode(byte[] obj) => GetHashCode(obj.AsSpan());

        // As of the characters that the pairs of bytes make: this hash cannot be flooded, as whoever sends requests does not know its seed.
        public int GetHashCode(ReadOnlySpan<byte> alternate) => string.GetHashCode(MemoryMarshal.Cast<byte, char>(alternate));
    }
}
