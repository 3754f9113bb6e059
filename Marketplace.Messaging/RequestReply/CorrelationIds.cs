using System.Buffers.Text;
using System.Security.Cryptography;

namespace Marketplace.Messaging;

/// <summary>
/// Ids of this process's requests: 16 random hex digits for the process, then a counter of 16.
/// The first half tells replies to another process, or to this one before a restart.
/// </summary>
internal sealed class CorrelationIds
{
    private const int Half = 16;

    private readonly byte[] _process = RandomNumberGenerator.GetHexString(Half, lowercase: true).Select(digit => (byte)digit).ToArray();
    private long _last;

    public byte[] Next(out long number)
    {
        number = Interlocked.Increment(ref _last);
        var id = new byte[2 * Half];
        _process.CopyTo(id, 0);
        Utf8Formatter.TryFormat(number, id.AsSpan(Half), out _, new('x', Half));
        return id;
    }

    public bool TryRead(ReadOnlySpan<byte> id, out long number)
    {
        number = 0;
        return id.Length == 2 * Half
            && id.StartsWith(_process)
            && Utf8Parser.TryParse(id[Half..], out number, out var consumed, 'x')
            && consumed == Half;
    }
}
