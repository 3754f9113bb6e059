using System.Collections.Concurrent;
using System.ComponentModel;
using System.Diagnostics;
using Xunit;

namespace Marketplace.Tests.Gateway;

/// <summary>A folder beside the tests with a package.json and scripts, run with Node. Where npm cannot install it, its tests are skipped.</summary>
internal sealed class NodePackage
{
    private static readonly ConcurrentDictionary<string, Lazy<Task<string?>>> Installations = new();

    private readonly string _folder;

    private NodePackage(string folder) => _folder = folder;

    /// <summary>Installs the package once.</summary>
    /// <param name="name">The folder's name.</param>
    public static async Task<NodePackage> InstallAsync(string name)
    {
        var folder = Path.Combine(AppContext.BaseDirectory, "Gateway", name);
        var obstacle = await Installations.GetOrAdd(folder, static folder => new(() => InstallIntoAsync(folder))).Value;
        Assert.SkipWhen(obstacle is not null, obstacle ?? "");
        return new NodePackage(folder);
    }

    /// <summary>Runs a script to its end.</summary>
    public async Task<(int ExitCode, string Output, string Errors)> RunAsync(string script, string[] arguments, CancellationToken cancellationToken)
    {
        using var run = Start(script, arguments);
        return await EndAsync(run, cancellationToken);
    }

    /// <summary>Starts a script; disposing the result ends it.</summary>
    public NodeRun Start(string script, params string[] arguments) => new(StartProcess("node", [script, .. arguments], _folder));

    private static async Task<string?> InstallIntoAsync(string folder)
    {
        // npm writes it when it is done.
        var done = Path.Combine(folder, "node_modules", ".package-lock.json");
        if (File.Exists(done) && File.GetLastWriteTimeUtc(done) > File.GetLastWriteTimeUtc(Path.Combine(folder, "package.json")))
        {
            return null;
        }

        try
        {
            var npm = OperatingSystem.IsWindows() ? "npm.cmd" : "npm";
            using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(3));
            using var install = new NodeRun(StartProcess(npm, ["install", "--no-audit", "--no-fund", "--ignore-scripts"], folder));
            var (exitCode, _, errors) = await EndAsync(install, limit.Token);
            return exitCode == 0 ? null : $"npm cannot install {Path.GetFileName(folder)} here: {errors}";
        }
        catch (Win32Exception)
        {
            return "npm is not installed here.";
        }
    }

    private static Process StartProcess(string command, string[] arguments, string folder) => Process.Start(new ProcessStartInfo(command, arguments)
    {
        WorkingDirectory = folder,
        RedirectStandardOutput = true,
        RedirectStandardError = true,
    })!;

    private static async Task<(int ExitCode, string Output, string Errors)> EndAsync(NodeRun run, CancellationToken cancellationToken)
    {
        var text = run.Process.StandardOutput.ReadToEndAsync(cancellationToken);
        var errors = run.Process.StandardError.ReadToEndAsync(cancellationToken);
        await run.Process.WaitForExitAsync(cancellationToken);
        return (run.Process.ExitCode, await text, await errors);
    }
}

/// <summary>A script that runs.</summary>
internal sealed class NodeRun(Process process) : IDisposable
{
    public Process Process => process;

    /// <summary>The next line it writes; fails with its errors when it ends instead.</summary>
    public async Task<string> ReadLineAsync(CancellationToken cancellationToken) =>
        await process.StandardOutput.ReadLineAsync(cancellationToken)
        ?? throw new InvalidOperationException($"The script ended: {await process.StandardError.ReadToEndAsync(cancellationToken)}");

    public void Dispose()
    {
        if (!process.HasExited)
        {
            process.Kill(entireProcessTree: true);
        }

        process.Dispose();
    }
}
