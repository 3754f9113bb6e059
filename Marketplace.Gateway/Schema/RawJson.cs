namespace Marketplace.Gateway.Schema;

/// <summary>A value that is JSON already.</summary>
internal sealed class RawJson(ReadOnlyMemory<byte> utf8)
{
    public ReadOnlySpan<byte> Utf8 => utf8.Span;
}
