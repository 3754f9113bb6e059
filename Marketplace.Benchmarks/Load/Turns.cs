namespace Marketplace.Benchmarks.Load;

/// <summary>Measures two in turns, so that whatever else the machine does meanwhile weighs on both alike.</summary>
internal static class Turns
{
    private const int Count = 5;

    /// <param name="duration">How long each is measured in all.</param>
    /// <param name="floor">Measures the one for a time.</param>
    /// <param name="ours">Measures the other for a time.</param>
    public static async Task<(Measurement Floor, Measurement Ours)> TakeAsync(TimeSpan duration, Func<TimeSpan, Task<Measurement>> floor, Func<TimeSpan, Task<Measurement>> ours)
    {
        var (floors, all) = (new List<Measurement>(), new List<Measurement>());
        for (var turn = 0; turn < Count; turn++)
        {
            floors.Add(await floor(duration / Count));
            all.Add(await ours(duration / Count));
        }

        return (Measurement.Of(floors), Measurement.Of(all));
    }
}
