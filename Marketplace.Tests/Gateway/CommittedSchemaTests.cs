using System.Diagnostics;
using System.Text.Json;
using System.Text.RegularExpressions;
using Xunit;

namespace Marketplace.Tests.Gateway;

/// <summary>The schema's text is in the repository, so that a change of it is seen in review.</summary>
public sealed class CommittedSchemaTests
{
    private const string File = "Marketplace.Gateway/schema.graphql";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_text_in_the_repository_is_the_one_that_is_served()
    {
        await using var gateway = await GatewayServer.StartAsync(settings: await MarketplacesAsync());
        var served = (await gateway.SendAsync(HttpMethod.Get, "/graphql/schema")).Body;
        var path = Repository.Find(File);

        if (await ReadAsync(path) != Plain(served))
        {
            var fresh = Path.Combine(AppContext.BaseDirectory, "schema.graphql");
            await System.IO.File.WriteAllTextAsync(fresh, served, Cancel);
            Assert.Fail($"{File} is not the schema that is served. If the change is meant: cp {fresh} {path}");
        }
    }

    [Fact]
    public async Task Nothing_that_clients_use_is_broken_since_the_last_schema()
    {
        var last = await LastAsync();
        Assert.SkipWhen(last is null, "There is no earlier schema here.");

        Assert.Empty(await BreakingAsync(last, await ReadAsync(Repository.Find(File))));
    }

    [Fact]
    public async Task What_breaks_clients_is_found_and_what_was_deprecated_may_go()
    {
        var before = await ReadAsync(Repository.Find(File));

        Assert.Equal(["Product.title was removed."], await BreakingAsync(before, Without(before, "  title: String!")));
        Assert.Equal(["Product.brand changed type from String to Int."], await BreakingAsync(before, before.Replace("  brand: String", "  brand: Int", StringComparison.Ordinal)));
        Assert.Empty(await BreakingAsync(before.Replace("  brand: String", "  brand: String @deprecated", StringComparison.Ordinal), Without(before, "  brand: String")));
        Assert.Empty(await BreakingAsync(Without(before, "  brand: String"), before));

        // With its description.
        static string Without(string schema, string field)
        {
            var without = Regex.Replace(schema, $"\n  \"[^\n]*\"\n{Regex.Escape(field)}\n", "\n");
            Assert.NotEqual(schema, without);
            return without;
        }
    }

    private static async Task<string[]> BreakingAsync(string before, string after)
    {
        var node = await NodePackage.InstallAsync("Audit");
        var folder = Directory.CreateTempSubdirectory("schemas-");
        try
        {
            string[] files = [Path.Combine(folder.FullName, "before.graphql"), Path.Combine(folder.FullName, "after.graphql")];
            await System.IO.File.WriteAllTextAsync(files[0], before, Cancel);
            await System.IO.File.WriteAllTextAsync(files[1], after, Cancel);
            var (exitCode, text, errors) = await node.RunAsync("breaking.js", files, Cancel);
            Assert.True(exitCode == 0, errors);
            return JsonSerializer.Deserialize<string[]>(text)!;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <summary>The schema before the change at hand: the last commit's while it is being edited, else the one before the last commit.</summary>
    private static async Task<string?> LastAsync()
    {
        var head = await GitAsync("show", $"HEAD:{File}");
        return head is not null && Plain(head) != await ReadAsync(Repository.Find(File)) ? head : await GitAsync("show", $"HEAD^:{File}");
    }

    private static async Task<string?> GitAsync(params string[] arguments)
    {
        try
        {
            using var git = Process.Start(new ProcessStartInfo("git", arguments) { WorkingDirectory = Repository.Find(), RedirectStandardOutput = true, RedirectStandardError = true })!;
            var text = git.StandardOutput.ReadToEndAsync(Cancel);
            await git.StandardError.ReadToEndAsync(Cancel);
            await git.WaitForExitAsync(Cancel);
            return git.ExitCode == 0 ? await text : null;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }

    // Those of the model, as its manifests have them.
    private static async Task<(string Key, string Value)[]> MarketplacesAsync()
    {
        var settings = await ReadAsync(Repository.Find("manifests/base/gateway/settings.yaml"));
        var marketplaces = Regex.Matches(settings, "(?<name>Gateway__Marketplaces__[0-9]+): (?<value>[a-z-]+)");
        Assert.NotEmpty(marketplaces);
        return [.. marketplaces.Select(match => (match.Groups["name"].Value.Replace("__", ":", StringComparison.Ordinal), match.Groups["value"].Value))];
    }

    private static async Task<string> ReadAsync(string path) => Plain(await System.IO.File.ReadAllTextAsync(path, Cancel));

    private static string Plain(string text) => text.ReplaceLineEndings("\n").TrimEnd() + "\n";
}
