namespace Marketplace.Tests.Hosting.Publishing;

/// <summary>A model of every kind of resource and reference, with values that are easily spoilt on their way.</summary>
internal static class AwkwardModel
{
    public static void AddTo(IDistributedApplicationBuilder builder, string folder)
    {
        var plain = builder.AddParameter("plain");
        var secret = builder.AddParameter("api-key", secret: true);
        var region = builder.AddParameter("region", "eu-\"west\" & <1>", publishValueAsDefault: true);
        var hidden = builder.AddParameter("hidden", "0042");
        var token = builder.AddParameter("token", new GenerateParameterDefault { MinLength = 30, Special = false, MinLower = 2, MinUpper = 3, MinNumeric = 4 }, secret: true, persist: true);
        var user = builder.AddParameter("user", secret: true);
        var legacy = builder.AddConnectionString("legacy");
        var named = builder.AddConnectionString("named", "NAMED_DB");
        var external = builder.AddExternalService("tax-service", "https://tax.example.com/v1/");
        var configured = builder.AddExternalService("rates-service", plain);

        var kafka = builder.AddKafka("kafka", port: 9192);
        var open = builder.AddRedis("open-cache").WithPassword(null);
        var cache = builder.AddRedis("cache", password: secret).WithPersistence(TimeSpan.FromSeconds(5.5), 10);
        var data = builder.AddRedis("data-cache", port: 6390).WithDataVolume("redis-data");
        var postgres = builder.AddPostgres("pg", user, token, port: 5433).WithDataVolume("pg-data", isReadOnly: true);
        var orders = postgres.AddDatabase("orders-db", "Orders; \"2\"").WithCreationScript("CREATE DATABASE x");

        var sidecar = builder.AddContainer("side-car", "example/side-car", "1.2")
            .WithBindMount("Config", "/etc/config", isReadOnly: true)
            .WithVolume(null, "/scratch")
            .WithVolume("side-data", "/data", isReadOnly: true)
            .WithLifetime(ContainerLifetime.Persistent)
            .WithHttpEndpoint(port: 8888, targetPort: 80)
            .WithHttpEndpoint(targetPort: 8443, name: "admin")
            .WithEndpoint(port: 7000, name: "raw")
            .WithArgs("--verbose", "a b", "\"quoted\"")
            .WithEnvironment("WHEN", "00:10");

        var gateway = builder.AddProject<Projects.Marketplace_Gateway>("front", launchProfileName: null)
            .WithHttpEndpoint(port: 5500)
            .WithHttpEndpoint(name: "internal", env: "INTERNAL_PORT")
            .WithHttpEndpoint(targetPort: 5601, name: "fixed")
            .WithEndpoint(scheme: "https", name: "safe")
            .WithEndpoint(scheme: "tcp", name: "raw", env: "RAW_PORT")
            .WithExternalHttpEndpoints()
            .WithReplicas(3);
        gateway
            .WithReference(kafka)
            .WithReference(open)
            .WithReference(cache, connectionName: "session-cache")
            .WithReference(data, optional: true)
            .WithReference(orders)
            .WithReference(postgres, connectionName: "server.1")
            .WithReference(legacy)
            .WithReference(named)
            .WithReference(external)
            .WithReference(configured)
            .WithReference("partner-x", new Uri("https://partner.example.com/api/"))
            .WithReference(sidecar.GetEndpoint("admin"))
            .WithEnvironment("QUOTES", "say \"hi\" & 'bye' <tag> \\ back")
            .WithEnvironment("LINES", "one\ntwo\ttab")
            .WithEnvironment("ZEROS", "007")
            .WithEnvironment("UNICODE", "äöü – 日本")
            .WithEnvironment("EMPTY", "")
            .WithEnvironment("NOTHING", (string?)null)
            .WithEnvironment("BRACES", "{not.an.expression}")
            .WithEnvironment("SECRET", secret)
            .WithEnvironment("REGION", region)
            .WithEnvironment("HIDDEN", hidden)
            .WithEnvironment("URL", sidecar.GetEndpoint("http"))
            .WithEnvironment("MIXED", $"{sidecar.GetEndpoint("admin").Property(EndpointProperty.Scheme)}://{secret}@{sidecar.GetEndpoint("admin").Property(EndpointProperty.HostAndPort)}/{region}?q={{literal}}")
            .WithEnvironment("ENCODED", ReferenceExpression.Create($"https://{secret:uri}:{token:uri}@{sidecar.GetEndpoint("http").Property(EndpointProperty.Host)}"))
            .WithEnvironment("CONNECTION", $"{cache};{legacy}")
            .WithEnvironment(context => context.EnvironmentVariables["CALLBACK"] = context.ExecutionContext.IsPublishMode ? "published" : "run");

        builder.AddProject<Projects.Marketplace_Ebay>("worker", launchProfileName: null)
            .WithReference(gateway)
            .WaitFor(gateway)
            .WithExplicitStart()
            .WithIconName("Box")
            .WithParentRelationship(gateway)
            .WithCommand("purge", "Purge", _ => Task.FromResult(new ExecuteCommandResult { Success = true }));

        builder.AddExecutable("tool", "python3", folder, "-m", "http.server")
            .WithHttpEndpoint(env: "PORT")
            .WithReference(gateway.GetEndpoint("fixed"));
        builder.AddExecutable("packed", "node", folder, "server.js")
            .WithHttpEndpoint(port: 3100, env: "PORT")
            .WithOtlpExporter()
            .PublishAsDockerFile();
        builder.AddContainer("left-out", "example/left-out", "1").ExcludeFromManifest();
    }
}
