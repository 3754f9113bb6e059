using System.Buffers;
using Microsoft.Extensions.ObjectPool;

namespace Marketplace.Gateway.Execution;

/// <summary>Pools buffers for responses and messages; those that grew large are not returned.</summary>
internal static class BufferPool
{
    private static readonly ObjectPool<ArrayBufferWriter<byte>> Pool = new DefaultObjectPool<ArrayBufferWriter<byte>>(new Policy());

    public static ArrayBufferWriter<byte> Rent() => Pool.Get();

    public static void Return(ArrayBufferWriter<byte> buffer) => Pool.Return(buffer);

    private sealed class Policy : PooledObjectPolicy<ArrayBufferWriter<byte>>
    {
        private const int Usual = 4 * 1024;
        private const int Largest = 256 * 1024;

        public override ArrayBufferWriter<byte> Create() => new(Usual);

        public override bool Return(ArrayBufferWriter<byte> buffer)
        {
            if (buffer.Capacity > Largest)
            {
                return false;
            }

            buffer.ResetWrittenCount();
            return true;
        }
    }
}
