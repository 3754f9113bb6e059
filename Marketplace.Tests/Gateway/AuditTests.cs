using System.ComponentModel;
using System.Diagnostics;
using System.Text.Json;
using Xunit;

namespace Marketplace.Tests.Gateway;

/// <summary>The audits of the npm package <c>graphql-http</c>: the GraphQL-over-HTTP specification's draft, checked by its authors' tool.</summary>
public sealed class AuditTests(ITestOutputHelper output)
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(3);

    [Fact]
    public async Task Every_audit_of_graphql_http_passes()
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(Limit);
        var folder = await InstallAsync(limit.Token);
        await using var gateway = await GatewayServer.StartAsync();

        var (exitCode, text, errors) = await RunAsync("node", ["audit.js", $"{gateway.Client.BaseAddress}graphql"], folder, limit.Token);

        Assert.True(exitCode == 0, errors);
        var audits = JsonSerializer.Deserialize<Audit[]>(text, JsonSerializerOptions.Web)!;
        foreach (var audit in audits)
        {
            output.WriteLine($"{audit.Status,-6} {audit.Id} {audit.Name} {audit.Reason}");
        }

        Assert.True(audits.Length >= 60, $"only {audits.Length} audits ran");
        Assert.DoesNotContain(audits, audit => audit.Status != "ok");
    }

    private static async Task<string> InstallAsync(CancellationToken cancellationToken)
    {
        var folder = Path.Combine(AppContext.BaseDirectory, "Gateway", "Audit");
        if (Directory.Exists(Path.Combine(folder, "node_modules", "graphql-http")))
        {
            return folder;
        }

        try
        {
            var (exitCode, _, errors) = await RunAsync("npm", ["install", "--no-audit", "--no-fund", "--ignore-scripts"], folder, cancellationToken);
            Assert.SkipWhen(exitCode != 0, $"npm cannot install graphql-http here: {errors}");
        }
        catch (Win32Exception)
        {
            Assert.Skip("npm is not installed here.");
        }

        return folder;
    }

    private static async Task<(int ExitCode, string Output, string Errors)> RunAsync(string command, string[] arguments, string folder, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(OperatingSystem.IsWindows() && command == "npm" ? "npm.cmd" : command, arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        try
        {
            var text = process.StandardOutput.ReadToEndAsync(cancellationToken);
            var errors = process.StandardError.ReadToEndAsync(cancellationToken);
            await process.WaitForExitAsync(cancellationToken);
            return (process.ExitCode, await text, await errors);
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
            }
        }
    }

    private sealed record Audit(string Id, string Name, string Status, string? Reason);
}
