using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using k8s.Models;
using Marketplace.Tests.Hosting.Publishing.Kubernetes.CustomResources;
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

    [Fact]
    public async Task They_are_what_the_model_gives()
    {
        var folder = Repository.Find("manifests");
        var published = await PublishedModel.OfAppHostAsync();

        var committed = Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(folder, file).Replace('\\', '/'))
            .Where(path => !path.Contains("/secrets/", StringComparison.Ordinal) && !path.EndsWith(".md", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal).ToArray();

        const string Advice = "publish again: dotnet run --project Marketplace.AppHost -- --operation publish --step publish-kubernetes --output-path manifests";
        Assert.True(published.Files.Keys.Order(StringComparer.Ordinal).SequenceEqual(committed), $"files were added or removed; {Advice}");
        foreach (var (path, text) in published.Files)
        {
            Assert.True(await File.ReadAllTextAsync(Path.Combine(folder, path), TestContext.Current.CancellationToken) == text, $"{path} differs; {Advice}");
        }
    }

    /// <summary>
    /// With <c>KUBE_CONTEXT</c>, a context of kubectl's configuration. The cluster is asked for everything with its warnings as errors, and
    /// for the pods as its controllers would ask, in a namespace that is there for the while and stays empty.
    /// </summary>
    [Theory]
    [InlineData("overlays/dev")]
    [InlineData("overlays/production")]
    [InlineData("overlays/dev", "keda", "monitoring", "tracing")]
    [InlineData("overlays/production", "keda-sasl", "monitoring", "tracing")]
    [InlineData("overlays/production/services", "external-secrets")]
    public async Task A_cluster_would_take_them(string overlay, params string[] components)
    {
        var context = Environment.GetEnvironmentVariable("KUBE_CONTEXT");
        Assert.SkipWhen(string.IsNullOrEmpty(context), "KUBE_CONTEXT names no cluster.");
        using var kustomize = await Kustomize.WriteAsync(await PublishedModel.OfAppHostAsync(), new Dictionary<string, string>());
        var name = $"marketplace-{Guid.NewGuid():N}"[..20];
        await kustomize.AddAsync("overlays/asked/kustomization.yaml", $"namespace: {name}\nresources:\n- ../../{overlay}\ncomponents: [{string.Join(", ", components.Select(component => $"../../components/{component}"))}]\n");
        var objects = await kustomize.BuildAsync("overlays/asked");
        var kinds = (await Kustomize.KubectlAsync("--context", context, "api-resources", "--no-headers")).Split('\n').Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Where(columns => columns.Length > 3).Select(columns => $"{columns[^3]}/{columns[^1]}").ToHashSet();
        var unknown = objects.Select(found => $"{found.ApiVersion}/{found.Kind}").FirstOrDefault(kind => !kinds.Contains(kind));
        Assert.SkipWhen(unknown is not null, $"The cluster has no {unknown}.");
        await kustomize.AddAsync("namespace.json", objects.Single(found => found.Kind == "Namespace").Node.ToJsonString());
        var pods = new JsonObject { ["apiVersion"] = "v1", ["kind"] = "List", ["items"] = new JsonArray([.. objects.Where(found => found.MakesPods).Select(found => found.FirstPod())]) };
        await kustomize.AddAsync("pods.json", pods.ToJsonString());

        await kustomize.AskAsync(context, "apply", "namespace.json");
        try
        {
            // Without its service account a namespace has no pods; a controller makes it.
            await Kustomize.KubectlAsync("--context", context, "--namespace", name, "wait", "--for=create", "serviceaccount/default", "--timeout=60s");
            var applied = await kustomize.AskAsync(context, "apply", "overlays/asked", "--dry-run=server", "--validate=strict");
            var appliedByServer = await kustomize.AskAsync(context, "apply", "overlays/asked", "--dry-run=server", "--server-side", "--field-manager=marketplace");
            var created = await kustomize.AskAsync(context, "create", "pods.json", "--dry-run=server", "--validate=strict");

            Assert.Equal(objects.Count, applied.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
            Assert.Equal(objects.Count, appliedByServer.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
            Assert.Contains("pod/gateway", created, StringComparison.Ordinal);
        }
        finally
        {
            await Kustomize.KubectlAsync("--context", context, "delete", "namespace", name, "--wait=false");
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
    [InlineData("overlays/production", "keda-sasl", "monitoring", "tracing")]
    [InlineData("overlays/production/services", "external-secrets", "keda-sasl", "monitoring", "tracing")]
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
        AssertTogether(objects);
    }

    [Fact]
    public async Task Every_file_by_itself_holds_objects_that_Kubernetes_knows()
    {
        var published = await PublishedModel.OfAppHostAsync();

        AssertValid(published.In(""));
    }

    [Theory]
    [InlineData("keda", "spec/maxReplicaCount", "\"12\"")]
    [InlineData("keda", "spec/triggers/0/metadata/lagThreshold", "500")]
    [InlineData("keda", "spec/scaleTarget", "{}")]
    [InlineData("keda-sasl", "spec/triggers/0/authenticationRef/nam", "\"ebay\"")]
    [InlineData("monitoring", "spec/groups/0/rules/0/for", "\"soon\"")]
    [InlineData("external-secrets", "spec/target/template/engineVersion", "\"v3\"")]
    public async Task A_custom_resource_that_its_operator_would_refuse_is_found(string component, string path, string value)
    {
        var published = await PublishedModel.OfAppHostAsync();
        var found = published.In($"components/{component}/").First(known => CustomResource.IsKnown(known) && known.Kind is not "PodMonitor");
        var names = path.Split('/');
        var parent = names[..^1].Aggregate(found.Node, (node, name) => int.TryParse(name, out var index) ? node[index]! : node[name]!);
        Assert.Empty(CustomResource.ErrorsOf(found));

        parent[names[^1]] = JsonNode.Parse(value);

        Assert.NotEmpty(CustomResource.ErrorsOf(found));
    }

    [Fact]
    public async Task With_a_vault_the_Secret_is_not_generated_from_files()
    {
        var published = await PublishedModel.OfAppHostAsync();
        using var kustomize = await Kustomize.WriteAsync(published, new Dictionary<string, string>());
        await kustomize.AddAsync("overlays/vault/kustomization.yaml", "resources:\n- ../production/services\ncomponents:\n- ../../components/external-secrets\n");
        var objects = await kustomize.BuildAsync("overlays/vault");
        Assert.DoesNotContain(objects, found => found.Kind == "Secret");
        Assert.All(objects.Where(found => found.MakesPods), found => Assert.DoesNotContain("\"name\":\"secrets-", found.Node.ToJsonString(), StringComparison.Ordinal));

        foreach (var generator in KubernetesYaml.Documents(published.Files["overlays/production/kustomization.yaml"]).Single()["secretGenerator"]!.AsArray())
        {
            var secret = published.Find("components/external-secrets", "ExternalSecret", (string)generator!["name"]!);
            var generated = generator["files"]!.AsArray().Select(file => Path.GetFileName((string)file!));

            Assert.Equal(secret.Name, (string)secret.Spec["target"]!["name"]!);
            Assert.Equal(generated.Order(StringComparer.Ordinal), secret.Spec["target"]!["template"]!["data"]!.AsObject().Select(entry => entry.Key).Order(StringComparer.Ordinal));
        }
    }

    [Fact]
    public async Task The_overlay_that_the_guide_shows_builds()
    {
        var guide = await File.ReadAllTextAsync(Repository.Find("docs", "deploy.md"), TestContext.Current.CancellationToken);
        var lines = guide.Split('\n').SkipWhile(line => line != "   ```yaml").Skip(1).TakeWhile(line => line != "   ```").Select(line => line[3..]);
        using var kustomize = await Kustomize.WriteAsync(await PublishedModel.OfAppHostAsync(), new Dictionary<string, string>());
        await kustomize.AddAsync("overlays/shop/kustomization.yaml", string.Join('\n', lines));

        var objects = await kustomize.BuildAsync("overlays/shop");

        AssertValid(objects);
        AssertTogether(objects);
        Assert.Equal("registry.shop.example/marketplace-gateway:1.4.2", (string)objects.Single(found => found is { Kind: "Deployment", Name: "gateway" }).Container["image"]!);
        Assert.Equal("nginx", (string)objects.Single(found => found.Kind == "Ingress").Spec["ingressClassName"]!);
        Assert.Equal("www.shop.example", (string)objects.Single(found => found.Kind == "Ingress").Spec["rules"]![0]!["host"]!);
        Assert.All(objects.Where(found => found.Name.EndsWith("-to-servers", StringComparison.Ordinal)), policy => Assert.Contains(policy.Spec["egress"]![0]!["ports"]!.AsArray(), port => (int)port!["port"]! == 9093));
    }

    /// <summary>Everything is in one namespace, whatever the overlay says that takes a component, and what pods refer to is there.</summary>
    private static void AssertTogether(IReadOnlyList<KubernetesYaml> objects)
    {
        Assert.All(objects.Where(found => found.Kind != "Namespace"), found => Assert.True((string?)found.Node["metadata"]!["namespace"] == "marketplace", $"{found} is in no namespace, or in another"));
        var secrets = objects.Where(found => found.Kind == "Secret").ToDictionary(secret => secret.Name, secret => secret.Node["data"]!.AsObject().Select(entry => entry.Key).ToHashSet());
        foreach (var made in objects.Where(found => found.Kind == "ExternalSecret"))
        {
            secrets[(string)made.Spec["target"]!["name"]!] = [.. made.Spec["target"]!["template"]!["data"]!.AsObject().Select(entry => entry.Key)];
        }

        foreach (var found in objects.Where(found => found.MakesPods && secrets.Count > 0))
        {
            var references = found.PodSpec["containers"]!.AsArray().Concat(found.PodSpec["initContainers"]?.AsArray() ?? []).SelectMany(container => container!["env"]?.AsArray() ?? [])
                .Select(entry => entry!["valueFrom"]?["secretKeyRef"]).Where(reference => reference is not null && (bool?)reference["optional"] != true);
            Assert.All(references, reference => Assert.True(
                secrets.TryGetValue((string)reference!["name"]!, out var keys) && keys.Contains((string)reference["key"]!), $"{found} reads {reference["key"]} of the Secret {reference["name"]}, which has no such value"));
        }
    }

    internal static void AssertValid(IEnumerable<KubernetesYaml> objects)
    {
        foreach (var found in objects)
        {
            var type = $"{found.ApiVersion}/{found.Kind}";
            if (CustomResource.IsKnown(found))
            {
                var errors = CustomResource.ErrorsOf(found);
                Assert.True(errors.Count == 0, $"{found}: {string.Join("; ", errors)}");
            }
            else
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
