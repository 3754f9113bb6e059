using Marketplace.Hosting.Processes;
using Xunit;

namespace Marketplace.Tests.Model;

public sealed class AppHostModelTests
{
    private static readonly CancellationToken Cancellation = TestContext.Current.CancellationToken;

    [Fact]
    public async Task Without_credentials_the_service_talks_to_the_simulator()
    {
        await using var builder = await DistributedApplicationTestingBuilder.CreateAsync<Projects.Marketplace_AppHost>(Cancellation);

        var names = builder.Resources.Select(resource => resource.Name).ToArray();
        Assert.Superset(new HashSet<string> { "kafka", "redis", "postgres", "marketplace", "ebay", "gateway", "ebay-simulator", "amazon", "amazon-simulator", "storefront" }, names.ToHashSet());
        Assert.DoesNotContain("ebay-client-secret", names);
        Assert.DoesNotContain("amazon-credential-secret", names);
    }

    [Theory]
    [InlineData("ebay", "ebay-client-secret", "--Parameters:ebay-client-id=id")]
    [InlineData("amazon", "amazon-credential-secret", "--Parameters:amazon-credential-id=id")]
    public async Task With_a_marketplaces_credentials_there_is_no_simulator_of_it(string marketplace, string secret, params string[] credentials)
    {
        await using var builder = await DistributedApplicationTestingBuilder.CreateAsync<Projects.Marketplace_AppHost>(credentials, Cancellation);

        var names = builder.Resources.Select(resource => resource.Name).ToArray();
        Assert.Equal(marketplace == "ebay" ? ["amazon-simulator"] : ["ebay-simulator"], names.Where(name => name.EndsWith("-simulator", StringComparison.Ordinal)));
        Assert.Contains(secret, names);
    }

    [Theory]
    [InlineData()]
    [InlineData("--operation", "publish", "--publisher", "manifest")]
    public async Task The_address_of_eBay_is_the_one_configured(params string[] mode)
    {
        await using var builder = await DistributedApplicationTestingBuilder.CreateAsync<Projects.Marketplace_AppHost>(
            ["--Parameters:ebay-client-id=id", "--Parameters:ebay-api-url=https://api.sandbox.ebay.com", .. mode], Cancellation);

        var address = builder.Resources.OfType<ParameterResource>().Single(parameter => parameter.Name == "ebay-api-url");
        Assert.Equal("https://api.sandbox.ebay.com", await address.GetValueAsync(Cancellation));
    }

    [Fact]
    public async Task Every_marketplace_has_its_topics_role_address_and_place_in_the_gateway()
    {
        await using var builder = await DistributedApplicationTestingBuilder.CreateAsync<Projects.Marketplace_AppHost>(["--operation", "publish", "--publisher", "manifest"], Cancellation);
        var kafka = await EnvironmentOfAsync("kafka");
        var gateway = await EnvironmentOfAsync("gateway");

        foreach (var (index, name) in ((string[])["ebay", "amazon"]).Index())
        {
            Assert.All((string[])[$"{name}.product.get:12", $"{name}.product.get.dead-letter:12", $"{name}.product.persisted:12"], topic => Assert.Contains(topic, kafka["KAFKA_TOPICS"].Split(',')));
            Assert.Equal(name, gateway[$"Gateway__Marketplaces__{index}"]);
            Assert.Equal($"{{{name}.bindings.grpc.url}}", gateway[$"services__{name}__grpc__0"]);
            Assert.Equal($"{{{name}-db-password.value}}", (await EnvironmentOfAsync(name))["Products__DatabasePassword"]);
        }

        async Task<Dictionary<string, string>> EnvironmentOfAsync(string resource)
        {
#pragma warning disable CS0618 // The form of the manifest says what a value refers to.
            return await builder.Resources.OfType<IResourceWithEnvironment>().Single(found => found.Name == resource).GetEnvironmentVariableValuesAsync(DistributedApplicationOperation.Publish);
#pragma warning restore CS0618
        }
    }

    [Fact]
    public async Task Published_it_needs_credentials_and_knows_no_simulator()
    {
        await using var builder = await DistributedApplicationTestingBuilder.CreateAsync<Projects.Marketplace_AppHost>(["--operation", "publish", "--publisher", "manifest"], Cancellation);

        var names = builder.Resources.Select(resource => resource.Name).ToArray();
        Assert.True(builder.ExecutionContext.IsPublishMode);
        Assert.DoesNotContain(names, name => name.EndsWith("-simulator", StringComparison.Ordinal));
        Assert.Contains("storefront", names);
        Assert.Superset(new HashSet<string> { "ebay-api-url", "amazon-credential-id", "amazon-credential-secret", "amazon-credential-version", "amazon-partner-tag", "amazon-marketplace" }, names.ToHashSet());
    }

    [Fact]
    public async Task Prometheus_knows_the_gateway_and_every_marketplace()
    {
        Assert.SkipWhen(Executable.Find("prometheus") is null, "No prometheus is installed.");
        await using var builder = await DistributedApplicationTestingBuilder.CreateAsync<Projects.Marketplace_AppHost>(Cancellation);

        var targets = await File.ReadAllTextAsync(Path.Combine(Projects.Marketplace_AppHost.ProjectPath, "../observability/prometheus/targets.json"), Cancellation);

        Assert.Equal(
            """[{"targets":["127.0.0.1:4102"],"labels":{"job":"ebay"}},{"targets":["127.0.0.1:4202"],"labels":{"job":"amazon"}},{"targets":["127.0.0.1:4002"],"labels":{"job":"gateway"}}]""",
            targets);
    }

    [Theory]
    [InlineData("true", true)]
    [InlineData("false", false)]
    public async Task The_storefront_is_served_by_Vite_where_Node_is_there_and_nothing_waits_for_it(string vite, bool isVite)
    {
        await using var builder = await DistributedApplicationTestingBuilder.CreateAsync<Projects.Marketplace_AppHost>([$"--vite={vite}"], Cancellation);

        var storefront = builder.Resources.Single(resource => resource.Name == "storefront");
        Assert.Equal(isVite && Executable.Find("npm") is not null, storefront is ExecutableResource);
        Assert.DoesNotContain(builder.Resources.Where(resource => resource != storefront).SelectMany(resource => resource.Annotations.OfType<WaitAnnotation>()), wait => wait.Resource.Name.StartsWith("storefront", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true, "--jaeger=true")]
    [InlineData(false, "--jaeger=true", "--operation", "publish", "--publisher", "manifest")]
    public async Task Jaeger_is_there_where_it_is_asked_for_and_the_model_is_run(bool isThere, params string[] args)
    {
        await using var builder = await DistributedApplicationTestingBuilder.CreateAsync<Projects.Marketplace_AppHost>(args, Cancellation);

        Assert.Equal(isThere, builder.Resources.Any(resource => resource.Name == "jaeger"));
    }
}
