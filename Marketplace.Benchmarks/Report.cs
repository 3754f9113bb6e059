using System.Globalization;
using Marketplace.Benchmarks.Load;
using Spectre.Console;

namespace Marketplace.Benchmarks;

/// <summary>The table of figures; each of ours names the floor it stands beside.</summary>
internal sealed class Report(string title)
{
    private readonly Table _table = new Table().Title(title).AddColumns("what", "answers/s", "p50 ms", "p99 ms", "wrong", "bytes/answer", "MiB", "of its floor");

    public void Floor(string what, Measurement measured) => Add(what, measured, null, null, "");

    public void Ours(string what, Measurement measured, Measurement floor, double? allocated, double resident) => Add(
        what, measured, allocated, resident,
        string.Create(CultureInfo.InvariantCulture, $"{measured.PerSecond / floor.PerSecond:P0} of answers/s, {measured.Median / floor.Median:0.00} x p50"));

    public void Print()
    {
        // Not cut where the output is a file.
        AnsiConsole.Profile.Width = Math.Max(AnsiConsole.Profile.Width, 160);
        AnsiConsole.Write(_table);
    }

    private void Add(string what, Measurement measured, double? allocated, double? resident, string ratio)
    {
        _table.AddRow(what, Number(measured.PerSecond, "N0"), Number(measured.Median, "N2"), Number(measured.P99, "N2"), Number(measured.Wrong, "N0"), Number(allocated, "N0"), Number(resident, "N0"), ratio);

        // A table at the end is no help while one waits.
        Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{what}: {measured.PerSecond:N0}/s, p50 {measured.Median:N2} ms, p99 {measured.P99:N2} ms, {measured.Wrong} wrong. {ratio}"));
    }

    private static string Number(double? value, string format) => value?.ToString(format, CultureInfo.InvariantCulture) ?? "";
}
