using Microsoft.Extensions.Configuration;

namespace Marketplace.Hosting;

/// <summary>The AppHost's command line, which is configuration.</summary>
internal static class CommandLine
{
    private static readonly string[] Flags = ["--isolated"];

    /// <summary>Gives flags the value that the configuration's parser demands.</summary>
    public static string[] Normalize(string[] args) =>
        [.. args.Select(arg => Flags.Contains(arg) ? arg + "=true" : arg)];

    /// <summary>Whether the command line asks to run the model or to publish it.</summary>
    public static DistributedApplicationExecutionContext ExecutionContextOf(IConfiguration configuration)
    {
        var publisher = configuration["publisher"];
        var operation = configuration["operation"] ?? (publisher is null ? "run" : "publish");
        return IsOperation(operation, DistributedApplicationOperation.Publish)
            ? new(DistributedApplicationOperation.Publish, publisher ?? "manifest")
            : new(DistributedApplicationOperation.Run);
    }

    /// <summary>What is wrong with the command line, told together with what is wrong with the model.</summary>
    public static IEnumerable<string> ErrorsOf(IConfiguration configuration)
    {
        if (configuration["operation"] is { } operation && !Enum.GetValues<DistributedApplicationOperation>().Any(known => IsOperation(operation, known)))
        {
            yield return $"--operation: '{operation}' is unknown; it is 'run' or 'publish'.";
        }
    }

    private static bool IsOperation(string text, DistributedApplicationOperation operation) =>
        string.Equals(text, operation.ToString(), StringComparison.OrdinalIgnoreCase);
}
