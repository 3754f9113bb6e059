using System.Globalization;
using CliWrap;
using Marketplace.Hosting.Processes;

namespace Marketplace.Hosting.Servers.Kafka;

/// <summary>The Java that runs Kafka.</summary>
internal static class JavaRuntime
{
    private const int OldestMajor = 17;

    private const string HowToInstall = "Install one (apt-get install openjdk-17-jre-headless, brew install openjdk, adoptium.net), or unset KAFKA_HOME to use the embedded broker.";

    /// <summary><c>JAVA_HOME</c>, else <c>java</c> from PATH.</summary>
    /// <exception cref="ServerSetupException">There is none.</exception>
    public static string Find()
    {
        var home = Environment.GetEnvironmentVariable("JAVA_HOME");
        return (string.IsNullOrEmpty(home) ? null : Executable.InFolder(Path.Combine(home, "bin"), "java"))
            ?? Executable.Find("java")
            ?? throw new ServerSetupException($"Apache Kafka needs Java {OldestMajor} or newer, and there is no 'java' on PATH nor in JAVA_HOME. {HowToInstall}");
    }

    /// <exception cref="ServerSetupException">It is too old, or no Java.</exception>
    public static async Task EnsureNewEnoughAsync(string java, CancellationToken cancellationToken)
    {
        var result = await Cli.Wrap(java).WithArguments("-version").RunAsync(cancellationToken);
        var major = MajorOf(result.StandardError);
        if (major < OldestMajor)
        {
            throw new ServerSetupException($"Apache Kafka needs Java {OldestMajor} or newer, and '{java}' is {(major == 0 ? $"no working Java ({result.LastLines()})" : $"Java {major}")}. {HowToInstall}");
        }
    }

    /// <summary>From <c>openjdk version "17.0.18" 2026-01-20</c>; before Java 9 it was <c>"1.8.0_412"</c>. 0 when it says something else.</summary>
    public static int MajorOf(string words)
    {
        if (words.Split('"') is not [_, var version, ..])
        {
            return 0;
        }

        var numbers = version.Split('.', '-', '+', '_');
        return int.TryParse(numbers is ["1", var old, ..] ? old : numbers[0], CultureInfo.InvariantCulture, out var major) ? major : 0;
    }
}
