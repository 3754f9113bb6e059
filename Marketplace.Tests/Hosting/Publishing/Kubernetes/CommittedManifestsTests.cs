using System.Text.Json;
using System.Text.Json.Serialization;
using k8s.Models;
using Marketplace.Hosting.Publishing.Kubernetes;
using Xunit;

namespace Marketplace.Tests.Hosting.Publishing.Kubernetes;

/// <summary>The folder <c>manifests</c> of this repository.</summary>
public sealed class CommittedManifestsTests
{
    private static readonly JsonSerializerOptions Strict = new()
    {
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        NumberHandling = JsonNumberHandling.Strict,
    };

    private static readonly Dictionary<string, Type> Types = new()
    {
        ["v1/ConfigMap"] = typeof(V1ConfigMap),
        ["v1/Namespace"] = typeof(V1Namespace),
        ["v1/Secret"] = typeof(V1Secret),
        ["v1/Service"] = typeof(V1Service),
        ["apps/v1/Deployment"] = typeof(V1Deployment),
        ["apps/v1/StatefulSet"] = typeof(V1StatefulSet),
        ["autoscaling/v2/HorizontalPodAutoscaler"] = typeof(V2HorizontalPodAutoscaler),
        ["batch/v1/Job"] = typeof(V1Job),
        ["networking.k8s.io/v1/Ingress"] = typeof(V1Ingress),
        ["networking.k8s.io/v1/NetworkPolicy"] = typeof(V1NetworkPolicy),
        ["policy/v1/PodDisruptionBudget"] = typeof(V1PodDisruptionBudget),
    };

    // Custom resources, whose definitions the cluster's operators bring.
    private static readonly string[] Custom = ["external-secrets.io/v1/ExternalSecret", "keda.sh/v1alpha1/ScaledObject", "monitoring.coreos.com/v1/PodMonitor", "monitoring.coreos.com/v1/PrometheusRule"];

    [Fact]
    public async Task They_are_what_the_model_gives()
    {
        var folder = Path.Combine(Projects.Marketplace_AppHost.ProjectPath, "..", "manifests");
        var published = await PublishedModel.OfAppHostAsync();

        var committed = Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(folder, file).Replace('\\', '/'))
            .Where(path => !path.Contains("/secrets/", StringComparison.Ordinal) && !path.EndsWith(".md", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal).ToArray();

        const string Advice = "publish again: dotnet run --project Marketplace.AppHost -- --operation publish --publisher kubernetes --output-path manifests";
        Assert.True(published.Files.Keys.Order(StringComparer.Ordinal).SequenceEqual(committed), $"files were added or removed; {Advice}");
        foreach (var (path, text) in published.Files)
        {
            Assert.True(await File.ReadAllTextAsync(Path.Combine(folder, path), TestContext.Current.CancellationToken) == text, $"{path} differs; {Advice}");
        }
    }

    [Fact]
    public async Task Two_runs_give_the_same_bytes()
    {
        var (first, second) = (await PublishedModel.OfAppHostAsync(), await PublishedModel.OfAppHostAsync());

        Assert.Equal(first.Files, second.Files);
    }

    [Theory]
    [InlineData(".")]
    [InlineData("base")]
    [InlineData("overlays/dev")]
    [InlineData("overlays/production")]
    [InlineData("overlays/production", "keda", "monitoring", "tracing")]
    [InlineData("overlays/dev", "keda", "monitoring", "tracing")]
    public async Task Every_object_is_one_that_Kubernetes_knows(string folder, params string[] components)
    {
        using var kustomize = await Kustomize.WriteAsync(await PublishedModel.OfAppHostAsync(), new Dictionary<string, string>());
        var path = folder;
        if (components.Length > 0)
        {
            path = "overlays/composed";
            await kustomize.AddAsync($"{path}/kustomization.yaml", $"resources:\n- ../../{folder}\ncomponents:\n{string.Concat(components.Select(component => $"- ../../components/{component}\n"))}");
        }

        var objects = await kustomize.BuildAsync(path);

        Assert.NotEmpty(objects);
        AssertValid(objects);
    }

    [Fact]
    public async Task Every_file_by_itself_holds_objects_that_Kubernetes_knows()
    {
        var published = await PublishedModel.OfAppHostAsync();

        AssertValid(published.In(""));
    }

    [Fact]
    public async Task With_a_vault_the_Secret_is_not_generated_from_files()
    {
        var published = await PublishedModel.OfAppHostAsync();
        var secret = published.Find("components/external-secrets", "ExternalSecret", PodEnvironment.SecretName);
        var generated = KubernetesYaml.Documents(published.Files["overlays/production/kustomization.yaml"]).Single()["secretGenerator"]![0]!["files"]!.AsArray().Select(file => Path.GetFileName((string)file!)).ToArray();

        Assert.Equal(generated.Order(StringComparer.Ordinal), secret.Spec["target"]!["template"]!["data"]!.AsObject().Select(entry => entry.Key).Order(StringComparer.Ordinal));
    }

    internal static void AssertValid(IEnumerable<KubernetesYaml> objects)
    {
        foreach (var found in objects)
        {
            var type = $"{found.ApiVersion}/{found.Kind}";
            if (!Custom.Contains(type))
            {
                Assert.True(Types.TryGetValue(type, out var model), $"{found} is a {type}, which is unknown");
                try
                {
                    Assert.NotNull(found.Node.Deserialize(model, Strict));
                }
                catch (JsonException exception)
                {
                    Assert.Fail($"{found}: {exception.Message}");
                }
            }
        }
    }
}
