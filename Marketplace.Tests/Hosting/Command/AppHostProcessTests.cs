using System.Diagnostics;
using System.Text.RegularExpressions;
using Marketplace.Hosting.Processes;
using Marketplace.Tests.EndToEnd;
using Marketplace.Tests.Hosting.Running;
using Xunit;

namespace Marketplace.Tests.Hosting.Command;

/// <summary>The one command, as a developer runs it: starts everything, leaves nothing.</summary>
public sealed partial class AppHostProcessTests
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromMinutes(4);
    private static readonly TimeSpan EndLimit = TimeSpan.FromSeconds(60);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("TERM")]
    [InlineData("INT")]
    public async Task It_answers_the_first_query_whatever_proxy_the_shell_names_and_a_signal_ends_all_of_it(string signal)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Finds the run's processes in /proc.");
        await using var proxy = RecordingProxy.Start();
        await using var host = RunningAppHost.Start(proxy.Variables, "--isolated");
        using var limit = Limit(StartLimit);

        var up = await host.WaitForLineAsync("Up after", limit.Token);
        using var http = new HttpClient { BaseAddress = new Uri(GatewayAddress().Match(up).Groups[1].Value) };
        var gateway = new GraphQLClient(http);
        var answer = await Eventually.GetAsync(token => gateway.GetProductAsync("123", token), answer => !answer.HasErrors, EndLimit, limit.Token);
        Assert.Equal("123", answer.Product.GetProperty("id").GetString());
        Assert.True(host.Processes.Count > 6, $"Only {host.Processes.Count} processes were found.");
        Assert.Empty(proxy.Requests);
        Assert.Contains("--tls-cert-file", host.Output, StringComparison.Ordinal); // else the orchestrator makes a key first

        await SendAsync(signal, host.Id);
        using var end = Limit(EndLimit);

        Assert.Equal(0, await host.WaitForExitAsync(end.Token));

        // Its children are gone before it is; what the orchestrator itself asks of a container engine may end a moment later.
        Assert.DoesNotContain(host.Processes.Select(NameOf), name => name is not (null or "dcp" or "podman" or "docker"));
        await Eventually.GetAsync(_ => Task.FromResult(host.Processes.Count), count => count == 0, EndLimit, Cancel);
    }

    [Fact]
    public async Task Its_orchestrator_killed_it_ends_with_all_its_children_and_says_why()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Finds the run's processes in /proc.");
        await using var host = RunningAppHost.Start("--isolated");
        using var limit = Limit(StartLimit);
        await host.WaitForLineAsync("Up after", limit.Token);

        await SendAsync("KILL", host.Processes.Single(id => LinuxProcess.CommandOf(id).Contains("run-controllers")));
        using var end = Limit(EndLimit);

        Assert.Equal(1, await host.WaitForExitAsync(end.Token));
        Assert.Contains("orchestrator (dcp run-controllers) has ended", host.Output, StringComparison.Ordinal);
        await Eventually.GetAsync(_ => Task.FromResult(host.Processes.Count), count => count == 0, EndLimit, Cancel);
    }

    [Fact]
    public async Task Killed_it_takes_its_children_with_it()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Finds the run's processes in /proc.");
        await using var host = RunningAppHost.Start("--isolated");
        using var limit = Limit(StartLimit);
        await host.WaitForLineAsync("Up after", limit.Token);

        await SendAsync("KILL", host.Id);

        await Eventually.GetAsync(_ => Task.FromResult(host.Processes.Count), count => count == 0, EndLimit, Cancel);
    }

    [Fact]
    public async Task An_unknown_operation_is_refused_before_anything_starts()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Finds the run's processes in /proc.");
        await using var host = RunningAppHost.Start("--operation", "nonsense");
        using var limit = Limit(EndLimit);

        Assert.NotEqual(0, await host.WaitForExitAsync(limit.Token));
        Assert.Contains("Valid operations are 'publish', 'run'", host.Output, StringComparison.Ordinal);
        Assert.Empty(host.Processes);
    }

    [Fact]
    public async Task Containers_without_an_engine_are_refused_before_anything_starts()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Finds the run's processes in /proc.");
        Assert.SkipWhen(await Engines.AnswerAsync(Cancel), "This machine has a container engine.");
        await using var host = RunningAppHost.Start("--isolated", "--servers", "containers");
        using var limit = Limit(EndLimit);

        Assert.Equal(1, await host.WaitForExitAsync(limit.Token));
        Assert.Contains("redis", host.Output, StringComparison.Ordinal);
        Assert.Contains("needs a container engine", host.Output, StringComparison.Ordinal);
        Assert.DoesNotContain(host.Processes.Select(NameOf), name => name is not (null or "dcp"));
    }

    [GeneratedRegex(@"gateway: (http://[^/\s]+)")]
    private static partial Regex GatewayAddress();

    private static CancellationTokenSource Limit(TimeSpan limit)
    {
        var source = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        source.CancelAfter(limit);
        return source;
    }

    /// <summary>The process's name; null when it is gone.</summary>
    private static string? NameOf(int processId)
    {
        try
        {
            return File.ReadAllText($"/proc/{processId}/comm").TrimEnd();
        }
        catch (IOException)
        {
            return null;
        }
    }

    private static async Task SendAsync(string signal, int processId)
    {
        using var kill = Process.Start("kill", [$"-{signal}", $"{processId}"]);
        await kill.WaitForExitAsync(Cancel);
    }
}
