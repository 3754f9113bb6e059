using System.Text.Json.Nodes;
using Xunit;

namespace Marketplace.Tests.Model;

/// <summary>The expected manifest is what Aspire 13.3 wrote for the same model; this test passes there too.</summary>
public sealed class AwkwardManifestTests
{
    [Fact]
    public async Task Every_kind_of_resource_is_published_as_Aspire_does()
    {
        var folder = Directory.CreateTempSubdirectory("manifest-").FullName;
        try
        {
            var app = Directory.CreateDirectory(Path.Combine(folder, "app")).FullName;
            var manifest = Path.Combine(folder, "aspire-manifest.json");
            var builder = DistributedApplication.CreateBuilder(["--operation", "publish", "--publisher", "manifest", "--output-path", manifest]);
            AwkwardModel.AddTo(builder, app);
            await using (var application = builder.Build())
            {
                await application.RunAsync(TestContext.Current.CancellationToken);
            }

            var expected = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, "Model", "awkward-manifest.json"), TestContext.Current.CancellationToken))!;
            var actual = JsonNode.Parse(await File.ReadAllTextAsync(manifest, TestContext.Current.CancellationToken))!;
            foreach (var (_, resource) in actual["resources"]!.AsObject())
            {
                WithoutFolders(resource!);
            }

            Assert.Equal(Lines(expected), Lines(actual));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>Where projects lie relative to the manifest depends on the machine.</summary>
    private static void WithoutFolders(JsonNode resource)
    {
        if (resource["path"] is { } path)
        {
            resource["path"] = Path.GetFileName((string)path!);
        }

        if (resource["bindMounts"]?[0] is { } mount)
        {
            mount["source"] = Path.GetFileName((string)mount["source"]!);
        }
    }

    /// <summary>One line for each value, so that a difference names its place.</summary>
    private static string[] Lines(JsonNode node)
    {
        return [.. Flatten(node, "").Order(StringComparer.Ordinal)];

        static IEnumerable<string> Flatten(JsonNode? value, string path) => value switch
        {
            JsonObject { Count: > 0 } members => members.SelectMany(member => Flatten(member.Value, $"{path}/{member.Key}")),
            JsonArray { Count: > 0 } items => items.SelectMany((item, index) => Flatten(item, $"{path}/{index}")),
            _ => [$"{path} = {value?.ToJsonString() ?? "null"}"],
        };
    }
}
