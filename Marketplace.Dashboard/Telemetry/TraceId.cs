using System.Buffers.Binary;
using System.Globalization;

namespace Marketplace.Dashboard.Telemetry;

/// <summary>W3C trace id: 16 bytes, written as 32 lower-case hexadecimal digits.</summary>
public readonly record struct TraceId(UInt128 Value)
{
    /// <summary>Whether it names a trace; all zero does not.</summary>
    public bool IsValid => Value != default;

    /// <summary>Reads 32 hexadecimal digits.</summary>
    public static bool TryParse(string? text, out TraceId id)
    {
        id = default;
        if (text is not { Length: 32 } || !UInt128.TryParse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value))
        {
            return false;
        }

        id = new TraceId(value);
        return id.IsValid;
    }

    /// <summary>32 lower-case hexadecimal digits.</summary>
    public override string ToString() => Value.ToString("x32", CultureInfo.InvariantCulture);

    internal static TraceId Read(ReadOnlySpan<byte> bytes) => bytes.Length == 16 ? new(BinaryPrimitives.ReadUInt128BigEndian(bytes)) : default;
}

/// <summary>W3C span id: 8 bytes, written as 16 lower-case hexadecimal digits.</summary>
public readonly record struct SpanId(ulong Value)
{
    /// <summary>Whether it names a span; all zero does not.</summary>
    public bool IsValid => Value != 0;

    /// <summary>Reads 16 hexadecimal digits.</summary>
    public static bool TryParse(string? text, out SpanId id)
    {
        id = default;
        if (text is not { Length: 16 } || !ulong.TryParse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value))
        {
            return false;
        }

        id = new SpanId(value);
        return id.IsValid;
    }

    /// <summary>16 lower-case hexadecimal digits.</summary>
    public override string ToString() => Value.ToString("x16", CultureInfo.InvariantCulture);

    internal static SpanId Read(ReadOnlySpan<byte> bytes) => bytes.Length == 8 ? new(BinaryPrimitives.ReadUInt64BigEndian(bytes)) : default;
}
