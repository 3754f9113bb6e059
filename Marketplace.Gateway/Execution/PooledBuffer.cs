using System.Buffers;
using Microsoft.Extensions.ObjectPool;

namespace Marketplace.Gateway.Execution;

/// <summary>
/// A buffer for a response or a message. Its memory comes from a pool with the first bytes that are written, so that a request which waits holds
/// none, and goes back there when it is disposed.
/// </summary>
internal sealed class PooledBuffer : IBufferWriter<byte>, IDisposable
{
    private static readonly ObjectPool<ArrayBufferWriter<byte>> Pool = new DefaultObjectPool<ArrayBufferWriter<byte>>(new Policy());

    private ArrayBufferWriter<byte>? _buffer;

    public ReadOnlyMemory<byte> WrittenMemory => _buffer?.WrittenMemory ?? default;

    public ReadOnlySpan<byte> WrittenSpan => WrittenMemory.Span;

    public Memory<byte> GetMemory(int sizeHint = 0) => Buffer.GetMemory(sizeHint);

    public Span<byte> GetSpan(int sizeHint = 0) => Buffer.GetSpan(sizeHint);

    public void Advance(int count) => Buffer.Advance(count);

    public void Clear() => _buffer?.ResetWrittenCount();

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _buffer, null) is { } buffer)
        {
            Pool.Return(buffer);
        }
    }

    private ArrayBufferWriter<byte> Buffer => _buffer ??= Pool.Get();

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
