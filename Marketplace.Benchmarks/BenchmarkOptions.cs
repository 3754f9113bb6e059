using Microsoft.Extensions.Configuration;

namespace Marketplace.Benchmarks;

/// <param name="Seconds">How long each figure is measured for, in seconds.</param>
/// <param name="Connections">How many callers ask at a time.</param>
/// <param name="Commands">How many commands the service answers before its memory is read.</param>
internal sealed record BenchmarkOptions(int Seconds = 10, int Connections = 64, int Commands = 1_000_000)
{
    public TimeSpan Duration => TimeSpan.FromSeconds(Seconds);

    /// <summary>A round of warming up.</summary>
    public TimeSpan Round => Duration / 2;

    /// <exception cref="InvalidOperationException">An option is unknown, or no number.</exception>
    public static BenchmarkOptions Parse(string[] arguments) =>
        new ConfigurationBuilder().AddCommandLine(arguments).Build().Get<BenchmarkOptions>(binder => binder.ErrorOnUnknownConfiguration = true) ?? new();

    public static int Help()
    {
        Console.Error.WriteLine(
            """
            dotnet run -c Release --project Marketplace.Benchmarks -- gateway  [--seconds 10] [--connections 64]
            dotnet run -c Release --project Marketplace.Benchmarks -- kafka    [--seconds 10] [--connections 64]
            dotnet run -c Release --project Marketplace.Benchmarks -- pipeline [--seconds 10] [--connections 64] [--commands 1000000]
            dotnet run -c Release --project Marketplace.Benchmarks -- source   [--seconds 10]
            dotnet run -c Release --project Marketplace.Benchmarks -- attack   [--seconds 10] [--connections 64]
            dotnet run -c Release --project Marketplace.Benchmarks -- rebalance
            """);
        return 2;
    }
}
