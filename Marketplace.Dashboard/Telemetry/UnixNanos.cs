namespace Marketplace.Dashboard.Telemetry;

/// <summary>Times in OTLP are nanoseconds since 1970 (UTC); kept so, because a <see cref="DateTimeOffset"/> has steps of 100 ns.</summary>
internal static class UnixNanos
{
    // 9999-12-31 does not fit into 64 bits of nanoseconds; what fits ends in 2262.
    public static DateTimeOffset ToDateTimeOffset(long nanos) => DateTimeOffset.UnixEpoch.AddTicks(nanos / 100);

    public static long From(DateTimeOffset time) => (time - DateTimeOffset.UnixEpoch).Ticks * 100;

    public static long From(ulong nanos) => nanos > long.MaxValue ? long.MaxValue : (long)nanos;

    public static double ToMilliseconds(long nanos) => nanos / 1e6;
}
