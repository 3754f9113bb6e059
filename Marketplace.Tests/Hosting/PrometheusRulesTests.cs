using System.Diagnostics;
using System.Runtime.CompilerServices;
using Xunit;

namespace Marketplace.Tests.Hosting;

/// <summary>The Prometheus configuration and rules, as promtool judges them.</summary>
public sealed class PrometheusRulesTests
{
    private static readonly string Folder = Path.GetFullPath("../../observability/prometheus", Path.GetDirectoryName(ThisFile())!);

    [Theory]
    [InlineData("check", "config", "prometheus.yml")]
    [InlineData("test", "rules", "rules.test.yml")]
    public async Task Promtool_accepts(params string[] arguments)
    {
        var promtool = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Select(folder => Path.Combine(folder, "promtool")).FirstOrDefault(File.Exists);
        Assert.SkipWhen(promtool is null, "No promtool is installed; Debian has it in the package prometheus.");
        using var process = Process.Start(new ProcessStartInfo(promtool, arguments) { WorkingDirectory = Folder, RedirectStandardOutput = true, RedirectStandardError = true })!;
        var output = Task.WhenAll(process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken), process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken));
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(process.ExitCode == 0, string.Concat(await output));
    }

    private static string ThisFile([CallerFilePath] string path = "") => path;
}
