using Marketplace.Tests.Hosting.Command;
using Xunit;

namespace Marketplace.Tests.Hosting.Publishing;

/// <summary>The steps as an operator runs them: <c>dotnet run --project Marketplace.AppHost -- --operation publish --step …</c>.</summary>
public sealed class PipelineTests : IDisposable
{
    private const string Secret = "s3cret-value";

    private static readonly string[] Credentials = ["--Parameters:ebay-client-id=id", $"--Parameters:ebay-client-secret={Secret}", "--Parameters:amazon-credential-id=id", "--Parameters:amazon-credential-secret=secret", "--Parameters:amazon-partner-tag=tag"];

    private readonly string _folder = Directory.CreateTempSubdirectory("publish-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Without_a_step_each_environment_is_written_to_a_folder_of_its_own_and_no_secret_is_kept_elsewhere()
    {
        var (exitCode, output) = await PublishAsync(["--output-path", Path.Combine(_folder, "out"), .. Credentials]);

        Assert.True(exitCode == 0, output);
        Assert.True(File.Exists(Path.Combine(_folder, "out", "kubernetes", "overlays", "dev", "kustomization.yaml")));
        Assert.Equal([Path.Combine("out", "compose", ".env")], FilesWith(Secret));
    }

    [Fact]
    public async Task A_step_by_its_name_writes_where_it_is_asked_to()
    {
        var (exitCode, output) = await PublishAsync("--step", "publish-kubernetes", "--output-path", Path.Combine(_folder, "out"));
        Assert.True(exitCode == 0, output);
        var overlay = Path.Combine(_folder, "out", "overlays", "dev");

        (exitCode, output) = await PublishAsync(["--step", "kubernetes-secrets", "--output-path", overlay, .. Credentials]);

        Assert.True(exitCode == 0, output);
        Assert.Equal([Path.GetRelativePath(_folder, Path.Combine(overlay, "secrets", "ebay-client-secret"))], FilesWith(Secret));
    }

    [Theory]
    [InlineData("--step", "publish-compose", "ebay-client-id: has no value;", "ebay-client-secret: has no value;", "amazon-credential-secret: has no value;")]
    [InlineData("--step", "kubernetes-secrets", "has no kustomization.yaml;")]
    [InlineData("--step", "nonsense", "Step 'nonsense' not found")]
    [InlineData("--publisher", "terraform", "--publisher 'terraform' is unknown")]
    public async Task What_cannot_be_published_is_reported_once_and_by_the_exit_code(string option, string value, params string[] errors)
    {
        var (exitCode, output) = await PublishAsync(option, value, "--output-path", Path.Combine(_folder, "out"));

        Assert.Equal(1, exitCode);
        Assert.All(errors, error => Assert.Equal(2, output.Split(error).Length));
        Assert.DoesNotContain("   at ", output, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Path.Combine(_folder, "out")));
    }

    [Fact]
    public async Task The_manifest_is_Aspires_own()
    {
        var file = Path.Combine(_folder, "manifest.json");
        var (exitCode, output) = await PublishAsync("--publisher", "manifest", "--output-path", file);

        Assert.True(exitCode == 0, output);
        var resources = System.Text.Json.Nodes.JsonNode.Parse(await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken))!["resources"]!.AsObject().Select(resource => resource.Key).ToHashSet();
        Assert.Superset(new HashSet<string> { "kafka", "redis", "postgres", "marketplace", "ebay", "amazon", "gateway" }, resources);
        Assert.DoesNotContain(resources, name => name is "kubernetes" or "compose");
    }

    private async Task<(int ExitCode, string Output)> PublishAsync(params string[] arguments)
    {
        await using var host = RunningAppHost.Start(["--operation", "publish", "--ASPIRE_HOME", Path.Combine(_folder, "home"), .. arguments]);
        return (await host.WaitForExitAsync(TestContext.Current.CancellationToken), host.Output);
    }

    private IEnumerable<string> FilesWith(string text) =>
        Directory.EnumerateFiles(_folder, "*", SearchOption.AllDirectories).Where(file => File.ReadAllText(file).Contains(text, StringComparison.Ordinal)).Select(file => Path.GetRelativePath(_folder, file));
}
