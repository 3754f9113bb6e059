using System.Diagnostics;
using System.Text;
using System.Text.Json;
using Xunit;

namespace Marketplace.Tests.Storefront.Browser;

/// <summary>What Lighthouse says of a page with its mobile profile; scores are from 0 to 100.</summary>
/// <param name="Performance">How fast it is, which depends on how busy the machine is.</param>
/// <param name="Accessibility">Whether all can use it.</param>
/// <param name="BestPractices">Whether it does as browsers advise.</param>
/// <param name="Seo">Whether search engines can read it.</param>
/// <param name="Metrics">What the performance is made of, each as Lighthouse reports it.</param>
/// <param name="Findings">The audits of accessibility, best practices and search engines that found something.</param>
internal sealed record Lighthouse(int Performance, int Accessibility, int BestPractices, int Seo, IReadOnlyList<string> Metrics, IReadOnlyList<string> Findings)
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(3);

    /// <summary>Runs it on a page; the test is skipped where npm has not installed it.</summary>
    public static async Task<Lighthouse> RunAsync(string address, CancellationToken cancellationToken)
    {
        var script = Path.Combine(StorefrontBuild.App, "..", "node_modules", "lighthouse", "cli", "index.js");
        Assert.SkipWhen(!File.Exists(script), "Lighthouse is not installed; in storefront, npm ci.");
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Limit);
        using var node = Process.Start(new ProcessStartInfo("node", [script, address, "--output=json", "--quiet", "--chrome-flags=--headless=new --no-sandbox --disable-gpu"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["CHROME_PATH"] = Environment.GetEnvironmentVariable("CHROMIUM_PATH") ?? "/usr/bin/chromium" },
        })!;
        var errors = node.StandardError.ReadToEndAsync(limit.Token);
        var output = await node.StandardOutput.ReadToEndAsync(limit.Token);
        await node.WaitForExitAsync(limit.Token);
        Assert.True(node.ExitCode == 0, await errors);

        TestContext.Current.AddAttachment("lighthouse.json", Encoding.UTF8.GetBytes(output), "application/json");
        using var report = JsonDocument.Parse(output);
        var (categories, audits) = (report.RootElement.GetProperty("categories"), report.RootElement.GetProperty("audits"));
        string[] findings =
        [
            .. ((string[])["accessibility", "best-practices", "seo"])
                .SelectMany(category => categories.GetProperty(category).GetProperty("auditRefs").EnumerateArray())
                .Where(audit => audit.GetProperty("weight").GetDouble() > 0)
                .Select(audit => audits.GetProperty(audit.GetProperty("id").GetString()!))
                .Where(audit => audit.GetProperty("score") is { ValueKind: JsonValueKind.Number } score && score.GetDouble() < 1)
                .Select(audit => audit.GetProperty("title").GetString()!),
        ];
        var metrics = categories.GetProperty("performance").GetProperty("auditRefs").EnumerateArray()
            .Where(audit => audit.GetProperty("weight").GetDouble() > 0)
            .Select(audit => $"{audit.GetProperty("acronym").GetString()} {audits.GetProperty(audit.GetProperty("id").GetString()!).GetProperty("displayValue").GetString()}");
        return new Lighthouse(Score("performance"), Score("accessibility"), Score("best-practices"), Score("seo"), [.. metrics], findings);

        int Score(string category) => (int)Math.Round(categories.GetProperty(category).GetProperty("score").GetDouble() * 100);
    }

    public override string ToString() => $"performance {Performance} ({string.Join(", ", Metrics)}), accessibility {Accessibility}, best practices {BestPractices}, SEO {Seo}";
}
