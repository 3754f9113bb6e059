using Xunit;

namespace Marketplace.Tests.Hosting.Publishing.Kubernetes;

public sealed class ValueTests
{
    private const string Awkward = "say \"hi\" & 'bye' {braces} {{double}} <tag> \\ 100% $HOME $(NAME) $$ $";

    private static readonly CancellationToken Cancellation = TestContext.Current.CancellationToken;

    // Made only where the model runs, or only where it is deployed.
    private static readonly string[] OnlyInRunMode =
    [
        "ASPNETCORE_URLS", "Gateway__TrustedDocuments__Folder", "DOTNET_SYSTEM_CONSOLE_ALLOW_ANSI_COLOR_REDIRECTION", "LOGGING__CONSOLE__FORMATTERNAME", "LOGGING__CONSOLE__FORMATTEROPTIONS__TIMESTAMPFORMAT",
        "OTEL_BLRP_SCHEDULE_DELAY", "OTEL_BSP_SCHEDULE_DELAY", "OTEL_DOTNET_EXPERIMENTAL_ASPNETCORE_DISABLE_URL_QUERY_REDACTION", "OTEL_DOTNET_EXPERIMENTAL_HTTPCLIENT_DISABLE_URL_QUERY_REDACTION",
        "OTEL_EXPORTER_OTLP_HEADERS", "OTEL_EXPORTER_OTLP_TIMEOUT", "OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT", "OTEL_METRIC_EXPORT_INTERVAL",
    ];

    private static readonly string[] OnlyDeployed = ["ASPNETCORE_FORWARDEDHEADERS_ENABLED", "Gateway__TrustedDocuments__Folder", "Gateway__TrustedDocuments__Only", "HTTP_PORTS", "OTEL_DOTNET_EXPERIMENTAL_OTLP_RETRY", "OTEL_TRACES_SAMPLER_ARG", "POD_NAME"];

    [Theory]
    [InlineData("ebay")]
    [InlineData("amazon")]
    [InlineData("gateway")]
    public async Task A_service_gets_the_same_variables_as_in_run_mode(string service)
    {
        using var kustomize = await Kustomize.WriteAsync(await PublishedModel.OfAppHostAsync(), new Dictionary<string, string>());
        await kustomize.AddAsync("overlays/traced/kustomization.yaml", "resources:\n- ../dev\ncomponents:\n- ../../components/tracing\n");
        var objects = await kustomize.BuildAsync("overlays/traced");
        var container = objects.Single(found => found is { Kind: "Deployment" } && found.Name == service).Container;
        var deployed = container["env"]!.AsArray().Select(entry => (string)entry!["name"]!)
            .Concat(objects.Single(found => found.Kind == "ConfigMap" && found.Name == $"{service}-settings").Node["data"]!.AsObject().Select(entry => entry.Key));

        Assert.Equal(
            (await RunModeVariablesOfAsync(service)).Except(OnlyInRunMode).Order(StringComparer.Ordinal),
            deployed.Except(OnlyDeployed).Where(name => !name.EndsWith("_URI_ENCODED", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Connection_strings_are_put_together_from_secrets()
    {
        using var kustomize = await Kustomize.WriteAsync(await PublishedModel.OfAppHostAsync(), new Dictionary<string, string>());
        var objects = await kustomize.BuildAsync("overlays/dev");
        var secrets = objects.Single(found => found.Kind == "Secret" && found.Name.StartsWith("secrets-", StringComparison.Ordinal)).Node["data"]!.AsObject().ToDictionary(entry => entry.Key, entry => $"<{entry.Key}>");
        secrets["ebay-client-secret"] = "0042";
        secrets["postgres-password"] = "p{w}$(X)";
        secrets["postgres-password-uri-encoded"] = "p%7Bw%7D";
        secrets["redis-password"] = secrets["redis-password-uri-encoded"] = "r-pw";

        var environment = new Kubelet(objects, secrets).EnvironmentOf(objects.Single(found => found is { Kind: "Deployment", Name: "ebay" }).Container);

        Assert.Equal("kafka:9092", environment["ConnectionStrings__kafka"]);
        Assert.Equal("redis:6379,password=r-pw", environment["ConnectionStrings__redis"]);
        Assert.Equal("redis://:r-pw@redis:6379", environment["REDIS_URI"]);
        Assert.Equal("Host=postgres;Port=5432;Username=postgres;Password=p{w}$(X);Database=marketplace", environment["ConnectionStrings__marketplace"]);
        Assert.Equal("postgresql://postgres:p%7Bw%7D@postgres:5432/marketplace", environment["MARKETPLACE_URI"]);
        Assert.Equal("0042", environment["Ebay__ClientSecret"]);
    }

    [Fact]
    public async Task In_production_servers_are_known_by_their_connection_strings_and_Kafka_is_reached_with_TLS_and_SASL()
    {
        using var kustomize = await Kustomize.WriteAsync(await PublishedModel.OfAppHostAsync(), new Dictionary<string, string>());
        var objects = await kustomize.BuildAsync("overlays/production");
        var secrets = objects.Single(found => found.Kind == "Secret" && found.Name.StartsWith("secrets-", StringComparison.Ordinal)).Node["data"]!.AsObject().ToDictionary(entry => entry.Key, entry => $"<{entry.Key}>");

        var environment = new Kubelet(objects, secrets).EnvironmentOf(objects.Single(found => found is { Kind: "Deployment", Name: "ebay" }).Container);

        Assert.DoesNotContain(objects, found => found.Kind == "StatefulSet");
        Assert.Equal("<redis-connection-string>", environment["ConnectionStrings__redis"]);
        Assert.Equal("<marketplace-connection-string>", environment["ConnectionStrings__marketplace"]);
        Assert.Equal("<kafka-connection-string>", environment["ConnectionStrings__kafka"]);
        Assert.DoesNotContain("REDIS_HOST", environment.Keys);
        foreach (var client in new[] { "Producer", "Consumer" })
        {
            Assert.Equal("SaslSsl", environment[$"Aspire__Confluent__Kafka__{client}__Config__SecurityProtocol"]);
            Assert.Equal("ScramSha512", environment[$"Aspire__Confluent__Kafka__{client}__Config__SaslMechanism"]);
            Assert.Equal("<kafka-username>", environment[$"Aspire__Confluent__Kafka__{client}__Config__SaslUsername"]);
            Assert.Equal("<kafka-password>", environment[$"Aspire__Confluent__Kafka__{client}__Config__SaslPassword"]);
        }
    }

    [Fact]
    public async Task Values_arrive_unchanged()
    {
        using var model = new TestModel();
        var secret = model.Builder.AddParameter("secret-part", secret: true);
        var other = model.Builder.AddContainer("other", "example/other", "1").WithHttpEndpoint(targetPort: 80);
        var expected = new Dictionary<string, string>
        {
            ["PLAIN"] = Awkward,
            ["LINES"] = "one\n  two: x\n# three\n\nfour",
            ["TRAILING"] = "one \n two\n\n",
            ["ZEROS"] = "007",
            ["NUMBER"] = "1e3",
            ["YES"] = "yes",
            ["EMPTY"] = "",
            ["UNICODE"] = "äöü – 日本 🙂",
            ["MIXED"] = $"{Unescaped(Awkward)}s$(PLAIN)ecret$http://other:80{Unescaped(Awkward)}",
            ["ESCAPED"] = "https://s%24%28PLAIN%29ecret@other:80/",
            ["LITERAL"] = "%26%20%7B%7D",
            ["SECRET"] = "s$(PLAIN)ecret",
        };
        var resource = model.Builder.AddContainer("a", "example/a", "1")
            .WithEnvironment("PLAIN", expected["PLAIN"])
            .WithEnvironment("LINES", expected["LINES"])
            .WithEnvironment("TRAILING", expected["TRAILING"])
            .WithEnvironment("ZEROS", expected["ZEROS"])
            .WithEnvironment("NUMBER", expected["NUMBER"])
            .WithEnvironment("YES", expected["YES"])
            .WithEnvironment("EMPTY", expected["EMPTY"])
            .WithEnvironment("UNICODE", expected["UNICODE"])
            .WithEnvironment("MIXED", $"{Awkward}{secret}${other.GetEndpoint("http")}{Awkward}")
            .WithEnvironment("ESCAPED", ReferenceExpression.Create($"https://{secret:uri}@{other.GetEndpoint("http").Property(EndpointProperty.HostAndPort)}/"))
            .WithEnvironment("LITERAL", ReferenceExpression.Create($"{"& {}":uri}"))
            .WithEnvironment("SECRET", secret)
            .WithArgs(Awkward, "007");

        var published = await PublishedModel.OfAsync(model);
        using var kustomize = await Kustomize.WriteAsync(published, new Dictionary<string, string>());
        var objects = await kustomize.BuildAsync("overlays/dev");
        var kubelet = new Kubelet(objects, new Dictionary<string, string> { ["secret-part"] = "s$(PLAIN)ecret", ["secret-part-uri-encoded"] = Uri.EscapeDataString("s$(PLAIN)ecret") });
        var container = objects.Single(found => found is { Kind: "Deployment", Name: "a" }).Container;
        var environment = kubelet.EnvironmentOf(container);

        foreach (var (name, value) in expected)
        {
            Assert.Equal(value, environment[name]);
        }

        Assert.Equal([Awkward, "007"], kubelet.ArgumentsOf(container));
        Assert.NotNull(resource);
    }

    [Fact]
    public async Task An_argument_with_a_secret_and_an_address_in_it_is_put_together()
    {
        using var model = new TestModel();
        var redis = model.Builder.AddRedis("redis");
        var container = model.Builder.AddContainer("a", "example/a", "1");
        container.WithAnnotation(new CommandLineArgsCallbackAnnotation(context =>
        {
            context.Args.Add("--redis");
            context.Args.Add(redis.Resource);
            return Task.CompletedTask;
        }));

        using var kustomize = await Kustomize.WriteAsync(await PublishedModel.OfAsync(model), new Dictionary<string, string>());
        var dev = await kustomize.BuildAsync("overlays/dev");
        var production = await kustomize.BuildAsync("overlays/production");

        Assert.Equal(["--redis", "redis:6379,password=pw"], Arguments(dev, "redis-password", "pw"));
        Assert.Equal(["--redis", "elsewhere"], Arguments(production, "redis-connection-string", "elsewhere"));

        static IReadOnlyList<string> Arguments(IReadOnlyList<KubernetesYaml> objects, string key, string value) =>
            new Kubelet(objects, new Dictionary<string, string> { [key] = value }).ArgumentsOf(objects.Single(found => found is { Kind: "Deployment", Name: "a" }).Container);
    }

    [Fact]
    public async Task A_secret_is_in_no_file()
    {
        using var model = new TestModel("--Parameters:key=s3cret-value", "--Parameters:open=0pen-value", "--ConnectionStrings:legacy=s3cret-value");
        var key = model.Builder.AddParameter("key", secret: true);
        model.Builder.AddContainer("a", "example/a", "1")
            .WithEnvironment("KEY", key)
            .WithEnvironment("OPEN", model.Builder.AddParameter("open"))
            .WithReference(model.Builder.AddConnectionString("legacy"))
            .WithReference(model.Builder.AddRedis("redis", password: key));

        var published = await PublishedModel.OfAsync(model);

        Assert.All(published.Files.Values, text => Assert.DoesNotContain("s3cret-value", text, StringComparison.Ordinal));
        Assert.All(published.Files.Values, text => Assert.DoesNotContain("0pen-value", text, StringComparison.Ordinal));
        Assert.All(published.In("").Where(found => found.Kind == "ConfigMap").SelectMany(found => found.Node["data"]!.AsObject()), entry => Assert.DoesNotContain(entry.Key, (string[])["KEY", "ConnectionStrings__redis", "ConnectionStrings__legacy"]));
    }

    /// <summary>Text as a hole of an interpolated string gives it: Aspire takes two braces for an escaped one.</summary>
    internal static string Unescaped(string text) => text.Replace("{{", "{", StringComparison.Ordinal).Replace("}}", "}", StringComparison.Ordinal);

    /// <summary>The names of what Aspire gives a service when it starts it, with credentials of the marketplaces as where it is deployed.</summary>
    private static async Task<IEnumerable<string>> RunModeVariablesOfAsync(string service)
    {
        await using var builder = await DistributedApplicationTestingBuilder.CreateAsync<Projects.Marketplace_AppHost>(["--Parameters:ebay-client-id=id", "--Parameters:amazon-credential-id=id"], Cancellation);
        var resource = builder.Resources.Single(known => known.Name == service);
        var context = new EnvironmentCallbackContext(builder.ExecutionContext, resource, cancellationToken: Cancellation);
        foreach (var annotation in resource.Annotations.OfType<EnvironmentCallbackAnnotation>().ToArray())
        {
            await annotation.Callback(context);
        }

        // What clients of the embedded broker need depends on the machine, and the key of the sign-in button is made for one run.
        return [.. context.EnvironmentVariables.Keys.Where(name => !name.StartsWith("Aspire__Confluent__Kafka__", StringComparison.Ordinal) && !name.StartsWith("Authentication__", StringComparison.Ordinal)), "ASPNETCORE_ENVIRONMENT", "DOTNET_ENVIRONMENT"];
    }
}
