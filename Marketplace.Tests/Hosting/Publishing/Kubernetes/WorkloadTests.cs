using System.Text.Json.Nodes;
using Marketplace.Hosting;
using Marketplace.Hosting.Publishing.Kubernetes;
using Microsoft.Extensions.Hosting;
using Xunit;

namespace Marketplace.Tests.Hosting.Publishing.Kubernetes;

public sealed class WorkloadTests
{
    [Fact]
    public async Task Replicas_are_the_models_unless_an_autoscaler_decides()
    {
        using var model = new TestModel();
        model.Builder.AddProject<Projects.Marketplace_Ebay>("worker", launchProfileName: null).WithHttpEndpoint(5000).WithReplicas(3);
        model.Builder.AddProject<Projects.Marketplace_Gateway>("front", launchProfileName: null).WithHttpEndpoint(5001).WithAutoscaling().WithReplicas(4);

        var published = await PublishedModel.OfAsync(model);

        Assert.Equal(3, (int)published.Find("base", "Deployment", "worker").Spec["replicas"]!);
        Assert.Null(published.Find("base", "Deployment", "front").Spec["replicas"]);
        Assert.Equal(4, (int)published.Find("base", "HorizontalPodAutoscaler", "front").Spec["minReplicas"]!);
        Assert.DoesNotContain(published.In("base/worker"), found => found.Kind == "HorizontalPodAutoscaler");

        // A share of little would be reached by the first requests.
        Assert.Equal(("500m", "100m"), (Cpu("front"), Cpu("worker")));

        string Cpu(string name) => (string)published.Find("base", "Deployment", name).Container["resources"]!["requests"]!["cpu"]!;
    }

    [Fact]
    public async Task A_rolling_update_drops_no_request()
    {
        var published = await PublishedModel.OfAppHostAsync();

        foreach (var deployment in published.In("base").Where(found => found.Kind == "Deployment"))
        {
            Assert.Equal(0, (int)deployment.Spec["strategy"]!["rollingUpdate"]!["maxUnavailable"]!);
            Assert.True((int)deployment.Spec["minReadySeconds"]! > 0);

            // Asked to end, a pod first waits until no request is sent to it, then finishes what is in flight, and only then may be killed.
            var wait = (int)deployment.Container["lifecycle"]!["preStop"]!["sleep"]!["seconds"]!;
            Assert.True((int)deployment.PodSpec["terminationGracePeriodSeconds"]! > wait + ServiceDefaultsExtensions.ShutdownTimeout.TotalSeconds);
        }
    }

    [Fact]
    public async Task Probes_come_from_the_models()
    {
        using var model = new TestModel();
        model.Builder.AddProject<Projects.Marketplace_Gateway>("front", launchProfileName: null).WithHttpEndpoint(5001).WithHttpEndpoint(5002, name: "admin").WithHttpProbe(ProbeType.Readiness, "/ready", endpointName: "admin");
        model.Builder.AddContainer("side", "example/side", "1").WithHttpEndpoint(targetPort: 8000).WithHttpProbe(ProbeType.Readiness, "/up");
        model.Builder.AddContainer("silent", "example/silent", "1").WithEndpoint(7000, name: "raw");

        var published = await PublishedModel.OfAsync(model);

        Assert.Equal(("/ready", "admin"), Http(published, "front", "readinessProbe"));
        Assert.Equal(("/alive", "admin"), Http(published, "front", "livenessProbe"));
        Assert.Equal(("/alive", "admin"), Http(published, "front", "startupProbe"));
        Assert.Equal(("/up", "http"), Http(published, "side", "livenessProbe"));
        Assert.Equal("raw", (string)published.Find("base", "Deployment", "silent").Container["readinessProbe"]!["tcpSocket"]!["port"]!);

        static (string, string) Http(PublishedModel published, string name, string probe)
        {
            var get = published.Find("base", "Deployment", name).Container[probe]!["httpGet"]!;
            return ((string)get["path"]!, (string)get["port"]!);
        }
    }

    [Fact]
    public async Task Every_pod_meets_the_restricted_Pod_Security_Standard()
    {
        var published = await PublishedModel.OfAppHostAsync();
        var makers = published.In("").Where(found => found.MakesPods).ToArray();

        Assert.True(makers.Length >= 8, "services, servers, collector");
        foreach (var maker in makers)
        {
            var pod = maker.PodSpec;
            Assert.True((bool)pod["securityContext"]!["runAsNonRoot"]!, maker.ToString());
            Assert.NotEqual(0, (int)pod["securityContext"]!["runAsUser"]!);
            Assert.Equal("RuntimeDefault", (string)pod["securityContext"]!["seccompProfile"]!["type"]!);
            Assert.False((bool)pod["automountServiceAccountToken"]!);
            Assert.Null(pod["hostNetwork"]);
            Assert.All((pod["volumes"]?.AsArray() ?? []).Select(volume => volume!.AsObject()), volume => Assert.Null(volume["hostPath"]));
            foreach (var container in pod["containers"]!.AsArray().Concat(pod["initContainers"]?.AsArray() ?? []))
            {
                Assert.False((bool)container!["securityContext"]!["allowPrivilegeEscalation"]!);
                Assert.Equal("ALL", (string)container["securityContext"]!["capabilities"]!["drop"]![0]!);
                Assert.Null(container["securityContext"]!["capabilities"]!["add"]);
            }
        }

        Assert.Equal("restricted", (string)published.Find("base", "Namespace", "marketplace").Node["metadata"]!["labels"]!["pod-security.kubernetes.io/enforce"]!);
    }

    [Fact]
    public async Task Services_of_ours_write_nowhere_but_to_tmp()
    {
        var published = await PublishedModel.OfAppHostAsync();

        foreach (var deployment in published.In("base").Where(found => found.Kind == "Deployment"))
        {
            Assert.True((bool)deployment.Container["securityContext"]!["readOnlyRootFilesystem"]!);
            Assert.Equal(["/tmp"], deployment.Container["volumeMounts"]!.AsArray().Select(mount => (string)mount!["mountPath"]!));
        }
    }

    [Fact]
    public async Task Every_container_has_requests_and_limits()
    {
        var published = await PublishedModel.OfAppHostAsync();

        foreach (var container in published.In("").Where(found => found.MakesPods).Select(found => found.Container))
        {
            foreach (var amount in new[] { "cpu", "memory" })
            {
                Assert.NotNull(container["resources"]!["requests"]![amount]);
                Assert.NotNull(container["resources"]!["limits"]![amount]);
            }
        }
    }

    [Fact]
    public async Task Pods_are_spread_and_drains_take_one_at_a_time()
    {
        var published = await PublishedModel.OfAppHostAsync();
        var makers = published.In("base").Concat(published.In("overlays/dev")).Where(found => found.MakesPods && found.Kind != "Job").ToArray();

        Assert.Equal(["amazon", "ebay", "gateway", "kafka", "postgres", "redis", "storefront"], makers.Select(maker => maker.Name).Order());
        foreach (var maker in makers)
        {
            Assert.Equal(["topology.kubernetes.io/zone", "kubernetes.io/hostname"], maker.PodSpec["topologySpreadConstraints"]!.AsArray().Select(spread => (string)spread!["topologyKey"]!));
            var budget = published.In("").Single(found => found.Kind == "PodDisruptionBudget" && found.Name == maker.Name);
            Assert.Equal(1, (int)budget.Spec["maxUnavailable"]!);
            Assert.True(JsonNode.DeepEquals(maker.Spec["selector"], budget.Spec["selector"]));
        }
    }

    [Fact]
    public async Task In_dev_the_servers_keep_their_data_in_claims()
    {
        var published = await PublishedModel.OfAppHostAsync();

        foreach (var (name, replicas, path) in new[] { ("kafka", 3, "/var/lib/kafka/data"), ("redis", 1, "/data"), ("postgres", 1, "/var/lib/postgresql/data") })
        {
            var server = published.Find("overlays/dev", "StatefulSet", name);
            Assert.Equal(replicas, (int)server.Spec["replicas"]!);
            Assert.Equal("data", (string)server.Spec["volumeClaimTemplates"]![0]!["metadata"]!["name"]!);
            Assert.Contains(server.Container["volumeMounts"]!.AsArray(), mount => (string)mount!["name"]! == "data" && (string)mount["mountPath"]! == path);
            Assert.Contains(published.In("overlays/dev"), found => found.Kind == "Service" && found.Name == (string)server.Spec["serviceName"]!);
        }

        Assert.Contains("CREATE DATABASE \"marketplace\"", (string)published.Find("overlays/dev", "ConfigMap", "postgres-databases").Node["data"]!["marketplace.sql"]!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Redis_hears_that_it_is_to_end_and_keeps_within_its_memory()
    {
        var redis = (await PublishedModel.OfAppHostAsync()).Find("overlays/dev", "StatefulSet", "redis").Container;

        Assert.Equal("exec redis-server --requirepass $REDIS_PASSWORD --save 60 1 --maxmemory 512mb --maxmemory-policy volatile-lru --stop-writes-on-bgsave-error no", (string)redis["args"]![1]!);
        Assert.Equal("1Gi", (string)redis["resources"]!["limits"]!["memory"]!);
    }

    [Fact]
    public async Task Kafka_is_one_cluster_of_three_in_KRaft_mode()
    {
        var published = await PublishedModel.OfAppHostAsync();
        var kafka = published.Find("overlays/dev", "StatefulSet", "kafka");
        var environment = new Kubelet(published.In("overlays/dev"), new Dictionary<string, string>()).EnvironmentOf(kafka.Container);

        Assert.Equal("broker,controller", environment["KAFKA_PROCESS_ROLES"]);
        Assert.Equal(["0@kafka-0.kafka-brokers:29093", "1@kafka-1.kafka-brokers:29093", "2@kafka-2.kafka-brokers:29093"], environment["KAFKA_CONTROLLER_QUORUM_VOTERS"].Split(','));
        Assert.Equal("TCP://<metadata.name>.kafka-brokers.<metadata.namespace>.svc:9092,INTERNAL://<metadata.name>.kafka-brokers.<metadata.namespace>.svc:9093", environment["KAFKA_ADVERTISED_LISTENERS"]);
        Assert.Equal("<metadata.labels['apps.kubernetes.io/pod-index']>", environment["KAFKA_NODE_ID"]);

        // Not the volume's root, where a file system may have a folder of its own that a broker refuses.
        Assert.StartsWith((string)kafka.Container["volumeMounts"]![0]!["mountPath"]! + "/", environment["KAFKA_LOG_DIRS"], StringComparison.Ordinal);
        Assert.Equal(("3", "2"), (environment["KAFKA_DEFAULT_REPLICATION_FACTOR"], environment["KAFKA_MIN_INSYNC_REPLICAS"]));
        Assert.DoesNotContain("KAFKA_TOPICS", environment.Keys);
    }

    [Fact]
    public async Task Only_what_is_external_has_an_Ingress()
    {
        var published = await PublishedModel.OfAppHostAsync();

        var ingress = Assert.Single(published.In(""), found => found.Kind == "Ingress");
        Assert.Equal("storefront", ingress.Name);
        Assert.Equal("/", (string)ingress.Spec["rules"]![0]!["http"]!["paths"]![0]!["path"]!);
        Assert.Equal("storefront", (string)ingress.Spec["rules"]![0]!["http"]!["paths"]![0]!["backend"]!["service"]!["name"]!);
        Assert.All(published.In("").Where(found => found.Kind == "Service"), service => Assert.NotEqual("LoadBalancer", (string?)service.Spec["type"]));
    }

    [Fact]
    public async Task The_gateway_is_reached_through_the_storefront_and_executes_registered_operations_only()
    {
        var published = await PublishedModel.OfAppHostAsync();

        var settings = published.Find("base", "ConfigMap", "gateway-settings").Node["data"]!;
        Assert.Equal(("operations", "true"), ((string)settings["Gateway__TrustedDocuments__Folder"]!, (string)settings["Gateway__TrustedDocuments__Only"]!));
        Assert.Equal("http://gateway:4000", (string)published.Find("base", "ConfigMap", "storefront-settings").Node["data"]!["services__gateway__http__0"]!);
        Assert.Equal(["gateway", "storefront"], published.In("base").Where(found => found.Kind == "HorizontalPodAutoscaler").Select(found => found.Name));
    }

    [Fact]
    public async Task Topics_are_created_by_a_Job_with_their_partitions_and_replicas()
    {
        var published = await PublishedModel.OfAppHostAsync();
        var job = Assert.Single(published.In("base"), found => found.Kind == "Job");
        var environment = new Kubelet(published.In("base"), new Dictionary<string, string>()).EnvironmentOf(job.Container);

        Assert.Contains("ebay.product.get:12", environment["TOPICS"].Split(','));
        Assert.Equal("3", environment["REPLICATION_FACTOR"]);
        Assert.Contains("--create --if-not-exists", (string)job.Container["command"]![2]!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_service_with_a_database_brings_it_up_to_date_before_it_starts()
    {
        using var kustomize = await Kustomize.WriteAsync(await PublishedModel.OfAppHostAsync(), new Dictionary<string, string>());
        foreach (var overlay in new[] { "overlays/dev", "overlays/production" })
        {
            var objects = await kustomize.BuildAsync(overlay);
            var ebay = objects.Single(found => found is { Kind: "Deployment", Name: "ebay" });
            var migration = Assert.Single(ebay.PodSpec["initContainers"]!.AsArray())!;
            var kubelet = new Kubelet(objects, objects.Single(found => found.Kind == "Secret" && found.Name.StartsWith("secrets-", StringComparison.Ordinal)).Node["data"]!.AsObject().ToDictionary(entry => entry.Key, entry => entry.Key));

            Assert.Equal(["migrate"], kubelet.ArgumentsOf(migration));
            Assert.Equal((string)ebay.Container["image"]!, (string)migration["image"]!);
            Assert.Equal(kubelet.EnvironmentOf(ebay.Container), kubelet.EnvironmentOf(migration));
            Assert.Null(objects.Single(found => found is { Kind: "Deployment", Name: "gateway" }).PodSpec["initContainers"]);
        }
    }

    [Fact]
    public async Task A_job_that_changes_has_another_name()
    {
        Assert.NotEqual(await NameOfJob("orders:3"), await NameOfJob("orders:6"));
        Assert.Equal(await NameOfJob("orders:3"), await NameOfJob("orders:3"));

        static async Task<string> NameOfJob(string topics)
        {
            using var model = new TestModel();
            model.Builder.AddKafka("kafka").WithEnvironment("KAFKA_TOPICS", topics);
            return Assert.Single((await PublishedModel.OfAsync(model)).In("base"), found => found.Kind == "Job").Name;
        }
    }

    [Fact]
    public async Task A_job_has_another_name_when_an_overlay_adds_something_else()
    {
        Assert.NotEqual(await NameOfJob("kafka"), await NameOfJob("broker"));

        static async Task<string> NameOfJob(string server)
        {
            using var model = new TestModel();
            model.Builder.AddKafka(server).WithEnvironment("KAFKA_TOPICS", "orders:3");
            return Assert.Single((await PublishedModel.OfAsync(model)).In("base"), found => found.Kind == "Job").Name.Split('-')[^1];
        }
    }

    [Fact]
    public async Task A_changed_secret_starts_new_pods_and_leaves_a_job_as_it_is()
    {
        var (first, second) = (await ObjectsWith("a"), await ObjectsWith("b"));

        Assert.NotEqual(Of(first, "Deployment"), Of(second, "Deployment"));
        Assert.Equal(Of(first, "Job"), Of(second, "Job"));

        static string Of(IReadOnlyList<KubernetesYaml> objects, string kind) => objects.First(found => found.Kind == kind).Node.ToJsonString();

        static async Task<IReadOnlyList<KubernetesYaml>> ObjectsWith(string password)
        {
            using var kustomize = await Kustomize.WriteAsync(await PublishedModel.OfAppHostAsync(), new Dictionary<string, string> { ["kafka-password"] = password, ["kafka-client-properties"] = $"password={password}" });
            return await kustomize.BuildAsync("overlays/production");
        }
    }

    [Fact]
    public async Task A_changed_setting_starts_new_pods()
    {
        Assert.NotEqual(await ChecksumWith("a"), await ChecksumWith("b"));

        static async Task<string> ChecksumWith(string value)
        {
            using var model = new TestModel();
            model.Builder.AddContainer("a", "example/a", "1").WithEnvironment("SETTING", value);
            return (string)(await PublishedModel.OfAsync(model)).Find("base", "Deployment", "a").Spec["template"]!["metadata"]!["annotations"]!["settings-checksum"]!;
        }
    }

    [Fact]
    public async Task Consumers_are_scaled_by_their_lag_up_to_one_per_partition()
    {
        var published = await PublishedModel.OfAppHostAsync();

        var scaler = published.Find("components/keda/", "ScaledObject", "ebay");
        var trigger = scaler.Spec["triggers"]![0]!["metadata"]!;
        Assert.Equal("ebay", (string)scaler.Spec["scaleTargetRef"]!["name"]!);
        Assert.Equal(12, (int)scaler.Spec["maxReplicaCount"]!);
        Assert.Equal(("ebay.product.get", "ebay"), ((string)trigger["topic"]!, (string)trigger["consumerGroup"]!));

        // The scaler asks from another namespace, for which a policy opens the port.
        Assert.Equal("kafka.marketplace.svc:9092", (string)trigger["bootstrapServers"]!);
        var policy = published.Find("components/keda/", "NetworkPolicy", "kafka-lag");
        Assert.Equal("kafka", (string)policy.Spec["podSelector"]!["matchLabels"]!["app.kubernetes.io/name"]!);
        Assert.Equal("keda", (string)policy.Spec["ingress"]![0]!["from"]![0]!["namespaceSelector"]!["matchLabels"]!["kubernetes.io/metadata.name"]!);
    }

    [Fact]
    public async Task In_production_the_scaler_signs_in_to_Kafka_as_the_service_does()
    {
        using var kustomize = await Kustomize.WriteAsync(await PublishedModel.OfAppHostAsync(), new Dictionary<string, string>());
        await kustomize.AddAsync("overlays/scaled/kustomization.yaml", "resources:\n- ../production\ncomponents:\n- ../../components/keda-sasl\n");

        var objects = await kustomize.BuildAsync("overlays/scaled");

        var ebay = objects.Single(found => found is { Kind: "Deployment", Name: "ebay" });
        var secrets = objects.Single(found => found.Kind == "Secret" && found.Name.StartsWith("secrets-", StringComparison.Ordinal)).Node["data"]!.AsObject().ToDictionary(entry => entry.Key, entry => $"<{entry.Key}>");
        var environment = new Kubelet(objects, secrets).EnvironmentOf(ebay.Container);
        var trigger = objects.Single(found => found is { Kind: "ScaledObject", Name: "ebay" }).Spec["triggers"]![0]!;
        var authentication = objects.Single(found => found.Kind == "TriggerAuthentication" && found.Name == (string)trigger["authenticationRef"]!["name"]!);
        Assert.Equal(("scram_sha512", "enable"), ((string)trigger["metadata"]!["sasl"]!, (string)trigger["metadata"]!["tls"]!));
        Assert.Equal("<kafka-connection-string>", environment[(string)trigger["metadata"]!["bootstrapServersFromEnv"]!]);
        Assert.Equal(
            [("username", "ebay", "<kafka-username>"), ("password", "ebay", "<kafka-password>")],
            authentication.Spec["env"]!.AsArray().Select(entry => ((string)entry!["parameter"]!, (string)entry["containerName"]!, environment[(string)entry["name"]!])));
    }

    [Fact]
    public async Task With_the_scaler_the_Deployment_says_no_number_of_copies()
    {
        using var kustomize = await Kustomize.WriteAsync(await PublishedModel.OfAppHostAsync(), new Dictionary<string, string>());
        await kustomize.AddAsync("overlays/scaled/kustomization.yaml", "resources:\n- ../dev\ncomponents:\n- ../../components/keda\n");

        var objects = await kustomize.BuildAsync("overlays/scaled");

        Assert.Null(objects.Single(found => found is { Kind: "Deployment", Name: "ebay" }).Spec["replicas"]);
    }

    [Fact]
    public async Task Monitoring_finds_the_metrics_of_every_service_and_warns()
    {
        var published = await PublishedModel.OfAppHostAsync();
        var monitors = published.In("components/monitoring").Where(found => found.Kind == "PodMonitor").ToArray();

        Assert.Equal(["amazon", "ebay", "gateway", "storefront"], monitors.Select(monitor => monitor.Name));
        Assert.All(monitors, monitor => Assert.Equal("/metrics", (string)monitor.Spec["podMetricsEndpoints"]![0]!["path"]!));
        Assert.All(monitors, monitor => Assert.Equal("management", (string)monitor.Spec["podMetricsEndpoints"]![0]!["port"]!));
        Assert.All(
            published.In("components/monitoring").Where(found => found.Kind == "NetworkPolicy"),
            policy => Assert.Equal("management", (string)Assert.Single(policy.Spec["ingress"]![0]!["ports"]!.AsArray())!["port"]!));
        Assert.NotEmpty(published.Find("components/monitoring", "PrometheusRule", "marketplace").Spec["groups"]!.AsArray());
        Assert.NotEmpty(JsonNode.Parse(published.Files["components/monitoring/dashboard.json"])!["panels"]!.AsArray());
        Assert.Contains("grafana_dashboard", published.Files["components/monitoring/kustomization.yaml"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_folder_of_files_is_mounted_from_a_ConfigMap()
    {
        using var model = new TestModel();
        var folder = Directory.CreateDirectory(Path.Combine(model.Folder, "config")).FullName;
        const string Text = "a: \"b\"\n\tc\r\n";
        await File.WriteAllTextAsync(Path.Combine(folder, "app.conf"), Text, TestContext.Current.CancellationToken);
        await File.WriteAllBytesAsync(Path.Combine(folder, "key.bin"), [0, 255, 1], TestContext.Current.CancellationToken);
        model.Builder.AddContainer("a", "example/a", "1").WithBindMount("config", "/etc/a", isReadOnly: true);

        var published = await PublishedModel.OfAsync(model);

        var files = published.Find("base", "ConfigMap", "a-files");
        Assert.Equal(Text, (string)files.Node["data"]!["app.conf"]!);
        Assert.Equal(Convert.ToBase64String([0, 255, 1]), (string)files.Node["binaryData"]!["key.bin"]!);
        Assert.Equal("/etc/a", (string)published.Find("base", "Deployment", "a").Container["volumeMounts"]![0]!["mountPath"]!);
    }

    [Fact]
    public void The_drain_that_pods_are_given_is_the_services_own() =>
        Assert.Equal(ServiceDefaultsExtensions.ShutdownTimeout, TimeSpan.FromSeconds(Conventions.DrainSeconds));
}
