namespace Marketplace.Dashboard.Telemetry;

/// <summary>Lets equal short strings (attribute keys, span names, hosts) share one instance. A fixed table where a newer string takes an older one's place: bounded, and races only cost a duplicate.</summary>
internal sealed class StringPool
{
    private const int LongestPooled = 128;
    private readonly string?[] _slots = new string?[8192];

    /// <returns>The shared instance, and whether it was there already, so that its bytes need not be counted again.</returns>
    public string Share(string value, out bool shared)
    {
        shared = value.Length == 0;
        if (value.Length is 0 or > LongestPooled)
        {
            return value;
        }

        ref var slot = ref _slots[(uint)string.GetHashCode(value) % (uint)_slots.Length];
        if (slot is { } present && present == value)
        {
            shared = true;
            return present;
        }

        slot = value;
        return value;
    }
}
