using Xunit;

namespace Marketplace.Tests.Hosting.Model;

public sealed class EnvironmentTests
{
    [Fact]
    public async Task Servers_are_told_by_connection_string_and_by_parts()
    {
        using var model = new TestModel();
        var password = model.Builder.AddParameter("secret", "p/w", secret: true);
        var consumer = model.Builder.AddContainer("consumer", "example/x", "1")
            .WithReference(model.Builder.AddKafka("kafka", 9000))
            .WithReference(model.Builder.AddRedis("hot-cache", 6000, password))
            .WithReference(model.Builder.AddPostgres("pg", password: password, port: 5000).AddDatabase("orders", "Orders"));

        Assert.Equal(
            new Dictionary<string, string>
            {
                ["ConnectionStrings__kafka"] = "localhost:9000",
                ["KAFKA_HOST"] = "localhost",
                ["KAFKA_PORT"] = "9000",
                ["ConnectionStrings__hot-cache"] = "localhost:6000,password=p/w",
                ["HOT_CACHE_HOST"] = "localhost",
                ["HOT_CACHE_PORT"] = "6000",
                ["HOT_CACHE_PASSWORD"] = "p/w",
                ["HOT_CACHE_URI"] = "redis://:p%2Fw@localhost:6000",
                ["ConnectionStrings__orders"] = "Host=localhost;Port=5000;Username=postgres;Password=p/w;Database=Orders",
                ["ORDERS_HOST"] = "localhost",
                ["ORDERS_PORT"] = "5000",
                ["ORDERS_USERNAME"] = "postgres",
                ["ORDERS_PASSWORD"] = "p/w",
                ["ORDERS_URI"] = "postgresql://postgres:p%2Fw@localhost:5000/Orders",
                ["ORDERS_JDBCCONNECTIONSTRING"] = "jdbc:postgresql://localhost:5000/Orders",
                ["ORDERS_DATABASENAME"] = "Orders",
            },
            await model.EnvironmentOf(consumer));
    }

    [Theory]
    [InlineData("", "10")]
    [InlineData("/opt/kafka", null)]
    public async Task Consumers_of_the_embedded_broker_wait_briefly_for_an_empty_fetch(string kafkaHome, string? wait)
    {
        using var model = new TestModel($"--Kafka:Home={kafkaHome}", "--KAFKA_HOME=");
        var kafka = model.Builder.AddKafka("kafka", 9000);
        var service = model.Builder.AddProject<Projects.Marketplace_Gateway>("service", launchProfileName: null).WithReference(kafka);
        var stranger = model.Builder.AddProject<Projects.Marketplace_Gateway>("stranger", launchProfileName: null);

        Assert.Equal(wait, (await model.EnvironmentOf(service)).GetValueOrDefault("Aspire__Confluent__Kafka__Consumer__Config__FetchWaitMaxMs"));
        Assert.DoesNotContain("Aspire__Confluent__Kafka__Consumer__Config__FetchWaitMaxMs", (await model.EnvironmentOf(stranger)).Keys);
    }

    [Fact]
    public async Task Whatever_carries_a_secret_is_marked()
    {
        using var model = new TestModel();
        var redis = model.Builder.AddRedis("redis", 6000, model.Builder.AddParameter("secret", "pw", secret: true));
        var consumer = model.Builder.AddContainer("consumer", "example/x", "1").WithReference(redis).WithArgs("plain");

        var secrets = (await model.VariablesOf(consumer)).Where(variable => variable.IsSecret).ToArray();

        Assert.Equal(["ConnectionStrings__redis", "REDIS_PASSWORD", "REDIS_URI"], secrets.Select(variable => variable.Name).Order(StringComparer.Ordinal));
        Assert.All(secrets, variable => Assert.DoesNotContain("pw", variable.ToString(), StringComparison.Ordinal));
    }

    [Fact]
    public async Task Services_are_told_for_service_discovery_and_by_name()
    {
        using var model = new TestModel("--Parameters:rates-url=https://rates.example.com/");
        var api = model.Builder.AddProject<Projects.Marketplace_Gateway>("my-api", launchProfileName: null).WithHttpEndpoint(5001).WithHttpEndpoint(5002, name: "admin").WithEndpoint(5003, scheme: "https", name: "safe");
        var consumer = model.Builder.AddContainer("consumer", "example/x", "1")
            .WithReference(api)
            .WithReference(model.Builder.AddExternalService("tax", "https://tax.example.com/v1/"))
            .WithReference(model.Builder.AddExternalService("rates", model.Builder.AddParameter("rates-url")))
            .WithReference("partner", new Uri("https://partner.example.com/"));

        Assert.Equal(
            new Dictionary<string, string>
            {
                ["MY_API_HTTP"] = "http://localhost:5001",
                ["services__my-api__http__0"] = "http://localhost:5001",
                ["MY_API_ADMIN"] = "http://localhost:5002",
                ["services__my-api__http__1"] = "http://localhost:5002",
                ["MY_API_SAFE"] = "https://localhost:5003",
                ["services__my-api__https__0"] = "https://localhost:5003",
                ["TAX"] = "https://tax.example.com/v1/",
                ["services__tax__https__0"] = "https://tax.example.com/v1/",
                ["RATES_HTTPS"] = "https://rates.example.com/",
                ["services__rates__https__0"] = "https://rates.example.com/",
                ["partner"] = "https://partner.example.com/",
                ["services__partner__default__0"] = "https://partner.example.com/",
            },
            await model.EnvironmentOf(consumer));
    }

    [Fact]
    public async Task A_project_listens_where_its_instance_is_told_and_sends_telemetry_under_its_own_name()
    {
        using var model = new TestModel();
        var project = model.Builder.AddProject<Projects.Marketplace_Gateway>("api", launchProfileName: null).WithHttpEndpoint(port: 5000, targetPort: 5500).WithHttpEndpoint(port: 5001, name: "probe", env: "PROBE_PORT");

        Assert.Equal(
            new Dictionary<string, string>
            {
                ["OTEL_DOTNET_EXPERIMENTAL_OTLP_RETRY"] = "in_memory",
                ["ASPNETCORE_URLS"] = "http://localhost:5500",
                ["PROBE_PORT"] = "5001",
                ["ASPNETCORE_ENVIRONMENT"] = "Development",
                ["DOTNET_ENVIRONMENT"] = "Development",
                ["OTEL_EXPORTER_OTLP_ENDPOINT"] = "http://localhost:4317",
                ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "grpc",
                ["OTEL_EXPORTER_OTLP_HEADERS"] = "x-otlp-api-key=key",
                ["OTEL_SERVICE_NAME"] = "api",
                ["OTEL_RESOURCE_ATTRIBUTES"] = "service.instance.id=api",
                ["OTEL_BLRP_SCHEDULE_DELAY"] = "1000",
                ["OTEL_BSP_SCHEDULE_DELAY"] = "1000",
                ["OTEL_METRIC_EXPORT_INTERVAL"] = "1000",
                ["OTEL_TRACES_SAMPLER"] = "always_on",
                ["OTEL_METRICS_EXEMPLAR_FILTER"] = "trace_based",
            },
            await model.EnvironmentOf(project, new TelemetryTarget("http://localhost:4317", "grpc", "x-otlp-api-key=key")));
    }

    [Fact]
    public async Task What_the_model_says_wins_over_the_engines_own_variables()
    {
        using var model = new TestModel();
        var project = model.Builder.AddProject<Projects.Marketplace_Gateway>("api", launchProfileName: null)
            .WithEnvironment("ASPNETCORE_ENVIRONMENT", "Staging").WithEnvironment("OTEL_EXPORTER_OTLP_ENDPOINT", "http://elsewhere:4317");

        var environment = await model.EnvironmentOf(project, new TelemetryTarget("http://localhost:4317", "grpc", null));

        Assert.Equal("Staging", environment["ASPNETCORE_ENVIRONMENT"]);
        Assert.Equal("http://elsewhere:4317", environment["OTEL_EXPORTER_OTLP_ENDPOINT"]);
    }

    [Fact]
    public async Task Text_arrives_unchanged()
    {
        using var model = new TestModel();
        var awkward = "say \"hi\" & {braces} {{double}} 100% $HOME 007\nnext: line";
        var endpoint = model.Builder.AddContainer("other", "example/o", "1").WithHttpEndpoint(7000).GetEndpoint("http");
        var resource = model.Builder.AddContainer("a", "example/a", "1")
            .WithEnvironment("PLAIN", awkward)
            .WithEnvironment("MIXED", $"{awkward}|{endpoint}|{{literal}}|{endpoint.Property(EndpointProperty.Port)}")
            .WithArgs(awkward);

        var environment = await model.EnvironmentOf(resource);

        Assert.Equal(awkward, environment["PLAIN"]);
        Assert.Equal(awkward + "|http://localhost:7000|{literal}|7000", environment["MIXED"]);
        Assert.Equal(awkward, Assert.Single(await model.ArgumentsOf(resource)).Value);
    }

    [Fact]
    public async Task A_value_waits_for_the_address_it_is_made_of()
    {
        using var model = new TestModel();
        var redis = model.Builder.AddRedis("redis", password: model.Builder.AddParameter("secret", "pw", secret: true));

        var connectionString = ((IResourceWithConnectionString)redis.Resource).GetConnectionStringAsync(TestContext.Current.CancellationToken).AsTask();
        Assert.False(connectionString.IsCompleted);
        model.Allocate();

        Assert.Equal("localhost:50000,password=pw", await connectionString.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_connection_string_comes_from_configuration_and_is_an_error_when_missing()
    {
        using var model = new TestModel("--ConnectionStrings:given=Server=x");
        var given = model.Builder.AddConnectionString("given", "GIVEN_DB");
        var consumer = model.Builder.AddContainer("consumer", "example/x", "1").WithReference(given);
        Assert.Equal("Server=x", (await model.EnvironmentOf(consumer))["GIVEN_DB"]);

        model.Builder.AddConnectionString("missing");
        Assert.Equal("missing: the connection string has no value; set ConnectionStrings:missing in user secrets, in the environment (ConnectionStrings__missing) or on the command line.", Assert.Single(model.Errors()));
    }
}
