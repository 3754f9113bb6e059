using System.Text.Json.Nodes;
using CsCheck;
using Marketplace.Hosting.Publishing.Output;
using Xunit;

namespace Marketplace.Tests.Hosting.Publishing.Kubernetes;

/// <summary>What holds for every model of supported members, and for every text.</summary>
public sealed class AnyModelTests
{
    private static readonly Gen<string> AnyText = Gen.OneOf(Gen.String, Gen.String[Gen.Char[' ', '~'], 0, 40], Gen.String[Gen.Char["$()\n\"':#- 0{\t\r"], 0, 12])
        .Where(text => !text.Any(char.IsSurrogate) && !text.Contains('\0'));

    [Fact]
    public void Any_text_is_read_back_from_YAML_as_it_was() =>
        AnyText.Sample(
            text =>
            {
                var node = new JsonObject { ["value"] = text, ["list"] = new JsonArray(text, 1, true), [text.Length == 0 ? "key" : text] = text };
                var read = Assert.Single(KubernetesYaml.Documents(YamlWriter.Write("comment", node)));
                Assert.Equal(node.ToJsonString(), read.ToJsonString());
            },
            iter: 2000);

    [Fact]
    public async Task Any_model_becomes_valid_objects_and_its_values_arrive() =>
        await Models.SampleAsync(
            async parts =>
            {
                using var model = new TestModel();
                AddTo(model.Builder, parts);
                var published = await PublishedModel.OfAsync(model);

                foreach (var found in published.In(""))
                {
                    CommittedManifestsTests.AssertValid([found]);
                }

                foreach (var part in parts.Where(part => part.Kind is Kind.Container or Kind.Project))
                {
                    var found = published.In($"base/{part.Name}").Single(known => known.MakesPods);
                    var environment = new Kubelet(published.In("base"), published.In("").SelectMany(known => SecretsIn(known.Node)).Distinct().ToDictionary(key => key, key => $"<{key}>")).EnvironmentOf(found.Container);
                    Assert.Equal(part.Text, environment["TEXT"]);
                    Assert.Equal($"{ValueTests.Unescaped(part.Text)}<secret>{ValueTests.Unescaped(part.Text)}", environment["MIXED"]);
                }
            },
            iter: 40, threads: 1);

    private enum Kind
    {
        Container,
        Project,
        Kafka,
        Redis,
        Postgres,
    }

    private sealed record Part(Kind Kind, string Name, int Port, bool HasPort, bool IsExternal, bool HasHealthCheck, bool HasVolume, int Replicas, string Text, int[] Uses);

    private static Gen<Part[]> Models =>
        Gen.Select(Gen.Enum<Kind>(), Gen.Int[1, 65000], Gen.Bool, Gen.Bool, Gen.Bool, Gen.Select(Gen.Bool, Gen.Int[1, 5], AnyText, Gen.Int[0, 9].Array[0, 4]))
            .Select((kind, port, hasPort, isExternal, hasHealthCheck, rest) => new Part(kind, "", port, hasPort, isExternal, hasHealthCheck, rest.Item1, rest.Item2, rest.Item3, rest.Item4))
            .Array[1, 8]
            .Select(parts => parts.Index().Select(part => part.Item with { Name = $"part-{part.Index}" }).ToArray());

    private static void AddTo(IDistributedApplicationBuilder builder, Part[] parts)
    {
        var secret = builder.AddParameter("secret", secret: true);
        var connections = new List<IResourceBuilder<IResourceWithConnectionString>>();
        var endpoints = new List<EndpointReference>();
        foreach (var part in parts)
        {
            int? port = part.HasPort ? part.Port : null;
            switch (part.Kind)
            {
                case Kind.Kafka:
                    var kafka = builder.AddKafka(part.Name);
                    connections.Add(part.HasVolume ? kafka.WithDataVolume() : kafka);
                    break;
                case Kind.Redis:
                    var redis = builder.AddRedis(part.Name, port);
                    connections.Add(part.HasVolume ? redis.WithDataVolume() : part.HasHealthCheck ? redis.WithPassword(null) : redis);
                    break;
                case Kind.Postgres:
                    var postgres = builder.AddPostgres(part.Name, userName: part.HasHealthCheck ? secret : null, port: port);
                    connections.Add((part.HasVolume ? postgres.WithDataVolume() : postgres).AddDatabase($"{part.Name}-db", "Data \"base\"; x"));
                    break;
                case Kind.Container:
                    var container = builder.AddContainer(part.Name, "example/image", "1").WithHttpEndpoint(port, targetPort: part.Port).WithEndpoint(name: "a-rather-long-name-of-an-endpoint", scheme: "tcp");
                    endpoints.Add(container.GetEndpoint("http"));
                    Finish(part.HasVolume ? container.WithVolume($"{part.Name}-data", "/data").WithVolume(null, "/scratch") : container, part);
                    break;
                default:
                    var project = builder.AddProject<Projects.Marketplace_Gateway>(part.Name, launchProfileName: null).WithHttpEndpoint(port).WithHttpEndpoint(name: "other").WithReplicas(part.Replicas);
                    endpoints.Add(project.GetEndpoint("other"));
                    Finish(project, part);
                    break;
            }
        }

        void Finish<T>(IResourceBuilder<T> resource, Part part) where T : IResourceWithEnvironment, IResourceWithEndpoints, IResourceWithArgs, IResourceWithProbes
        {
            resource.WithEnvironment("TEXT", part.Text).WithEnvironment("MIXED", $"{part.Text}{secret}{part.Text}").WithArgs(part.Text);
            if (part.IsExternal)
            {
                resource.WithExternalHttpEndpoints();
            }

            if (part.HasHealthCheck)
            {
                resource.WithHttpProbe(ProbeType.Readiness, "/health", endpointName: "http");
            }

            foreach (var use in part.Uses)
            {
                if (use < connections.Count)
                {
                    resource.WithReference(connections[use]);
                }

                if (use < endpoints.Count)
                {
                    resource.WithReference(endpoints[use]);
                }
            }
        }
    }

    private static IEnumerable<string> SecretsIn(JsonNode? node) => node switch
    {
        JsonObject { Count: > 0 } members when members["secretKeyRef"]?["key"] is { } key => [(string)key!],
        JsonObject members => members.SelectMany(member => SecretsIn(member.Value)),
        JsonArray items => items.SelectMany(SecretsIn),
        _ => [],
    };
}
