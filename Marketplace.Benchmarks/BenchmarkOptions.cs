using System.Globalization;

namespace Marketplace.Benchmarks;

/// <param name="Seconds">How long each figure is measured for, in seconds.</param>
/// <param name="Connections">How many callers ask at a time.</param>
/// <param name="Commands">How many commands the service answers before its memory is read.</param>
internal sealed record BenchmarkOptions(int Seconds = 10, int Connections = 64, int Commands = 1_000_000)
{
    public TimeSpan Duration => TimeSpan.FromSeconds(Seconds);

    /// <summary>A round of warming up.</summary>
    public TimeSpan Round => Duration / 2;

    public static BenchmarkOptions Parse(string[] arguments)
    {
        var options = new BenchmarkOptions();
        for (var i = 0; i + 1 < arguments.Length; i += 2)
        {
            var value = int.Parse(arguments[i + 1], NumberStyles.None, CultureInfo.InvariantCulture);
            options = arguments[i] switch
            {
                "--seconds" => options with { Seconds = value },
                "--connections" => options with { Connections = value },
                "--commands" => options with { Commands = value },
                var unknown => throw new ArgumentException($"'{unknown}' is unknown; known are --seconds, --connections and --commands."),
            };
        }

        return options;
    }

    public static int Help()
    {
        Console.Error.WriteLine(
            """
            dotnet run -c Release --project Marketplace.Benchmarks -- gateway  [--seconds 10] [--connections 64]
            dotnet run -c Release --project Marketplace.Benchmarks -- pipeline [--seconds 10] [--connections 64] [--commands 1000000]
            """);
        return 2;
    }
}
