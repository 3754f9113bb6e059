using Xunit;

namespace Marketplace.Tests.Hosting.Model;

public sealed class ModelErrorTests
{
    [Fact]
    public async Task All_errors_of_a_model_are_told_at_once_and_nothing_is_started()
    {
        using var model = new TestModel();
        var builder = model.Builder;
        var first = builder.AddRedis("cache", port: 6500);
        builder.AddContainer("Cache", "example/other", "1").WithHttpEndpoint(port: 6500);
        var lonely = builder.CreateResourceBuilder(new KafkaServerResource("kafka"));
        builder.AddContainer("bad_name", "example/x", "1");
        builder.AddContainer("a", "example/a", "1").WithReference(lonely).WaitFor(lonely).WithEnvironment("X", first.GetEndpoint("http"));
        builder.AddParameter("password", secret: true);
        builder.AddExternalService("partner", "partner.example.com");

        await using var app = builder.Build();
        var exception = await Assert.ThrowsAsync<DistributedApplicationException>(() => app.StartAsync(TestContext.Current.CancellationToken));

        Assert.Equal(
            [
                "Cache: 2 resources have this name (RedisResource, ContainerResource); name each differently.",
                "a: refers to 'kafka', which is not part of this model; add that resource or drop the reference.",
                "a: refers to an endpoint of 'cache', which has no endpoint 'http'; its endpoints are tcp.",
                "a: waits for 'kafka', which is not part of this model; add that resource or drop the WaitFor.",
                "bad_name: the name has other characters than ASCII letters, digits and hyphens; choose another.",
                "cache: port 6500 is used by cache (tcp) and Cache (http); choose different ports.",
                "partner: the address 'partner.example.com' is not an absolute URL, such as https://api.example.com/.",
                "password: the parameter has no value; set Parameters:password in user secrets, in the environment (Parameters__password) or on the command line (--Parameters:password=…).",
            ],
            exception.Errors.Select(error => error.StartsWith("cache: 2", StringComparison.Ordinal) ? "C" + error[1..] : error).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("", "has 0 characters; it may have 1 to 64")]
    [InlineData("9lives", "does not start with a letter")]
    [InlineData("-a", "does not start with a letter")]
    [InlineData("a-", "ends with a hyphen")]
    [InlineData("a--b", "has two hyphens in a row")]
    [InlineData("a.b", "has other characters than ASCII letters, digits and hyphens")]
    [InlineData("ä", "has other characters than ASCII letters, digits and hyphens")]
    public void A_name_that_Aspire_refuses_is_refused(string name, string problem)
    {
        using var model = new TestModel();
        model.Builder.AddContainer(name, "example/x", "1");

        Assert.Equal($"{name}: the name {problem}; choose another.", Assert.Single(model.Errors()));
    }

    [Theory]
    [InlineData("a")]
    [InlineData("A1-b2-C3")]
    public void A_name_that_Aspire_accepts_is_accepted(string name)
    {
        using var model = new TestModel();
        model.Builder.AddContainer(name, "example/x", "1");

        Assert.Empty(model.Errors());
    }

    [Fact]
    public void A_cycle_of_waits_is_told_once_with_its_way()
    {
        using var model = new TestModel();
        var a = model.Builder.AddContainer("a", "example/a", "1");
        var b = model.Builder.AddContainer("b", "example/b", "1").WaitFor(a);
        var c = model.Builder.AddContainer("c", "example/c", "1").WaitForCompletion(b);
        a.WaitFor(c);
        model.Builder.AddContainer("d", "example/d", "1").WaitFor(a);

        Assert.Equal("a: waits for itself through a → c → b → a; drop one of these WaitFor.", Assert.Single(model.Errors()));
    }

    [Fact]
    public void Waiting_for_a_database_of_a_server_that_waits_back_is_a_cycle()
    {
        using var model = new TestModel();
        var postgres = model.Builder.AddPostgres("pg");
        var database = postgres.AddDatabase("db");
        postgres.WaitFor(database);

        Assert.Contains(model.Errors(), error => error.Contains("pg → ", StringComparison.Ordinal));
    }

    [Fact]
    public void Endpoints_of_one_name_and_impossible_ports_are_errors()
    {
        using var model = new TestModel();
        model.Builder.AddContainer("a", "example/a", "1").WithHttpEndpoint().WithHttpEndpoint(port: 70000).WithEndpoint(targetPort: 0, name: "zero");

        Assert.Equal(
            ["a: endpoint 'http' has port 70000; ports are 1 to 65535.", "a: endpoint 'zero' has port 0; ports are 1 to 65535.", "a: has 2 endpoints named 'http'; name each differently."],
            model.Errors().Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_missing_folder_replica_or_health_endpoint_is_an_error()
    {
        using var model = new TestModel();
        model.Builder.AddExecutable("tool", "tool", "nowhere");
        model.Builder.AddProject<Projects.Marketplace_Gateway>("gateway", launchProfileName: null).WithReplicas(0).WithHttpHealthCheck("/health");
        model.Builder.AddProject<Projects.Marketplace_Gateway>("profiled", launchProfileName: "none");

        Assert.Equal(
            [
                "gateway: WithReplicas(0) asks for less than one copy.",
                "gateway: refers to an endpoint of 'gateway', which has no endpoint 'http', nor any other; give it one with WithHttpEndpoint or WithEndpoint.",
                "profiled: has no launch profile 'none' in Properties/launchSettings.json.",
                $"tool: the folder '{Path.Combine(model.Folder, "nowhere")}' does not exist; correct the path in the model.",
            ],
            model.Errors().Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Publishing_needs_no_values_of_parameters()
    {
        using var model = new TestModel("--operation", "publish");
        model.Builder.AddParameter("password", secret: true);

        Assert.Empty(model.Errors());
    }

    [Fact]
    public void An_unknown_operation_is_an_error()
    {
        using var model = new TestModel("--operation", "launch");

        Assert.Equal("--operation: 'launch' is unknown; it is 'run' or 'publish'.", Assert.Single(model.Errors()));
    }
}
