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
        Assert.Superset(new HashSet<string> { "kafka", "redis", "postgres", "marketplace", "ebay", "gateway", "ebay-simulator", "storefront" }, names.ToHashSet());
        Assert.DoesNotContain("ebay-client-secret", names);
    }

    [Fact]
    public async Task With_credentials_there_is_no_simulator()
    {
        await using var builder = await DistributedApplicationTestingBuilder.CreateAsync<Projects.Marketplace_AppHost>(["--Parameters:ebay-client-id=id", "--Parameters:ebay-client-secret=secret"], Cancellation);

        var names = builder.Resources.Select(resource => resource.Name).ToArray();
        Assert.DoesNotContain("ebay-simulator", names);
        Assert.Contains("ebay-client-secret", names);
    }

    [Fact]
    public async Task Published_it_needs_credentials_and_knows_no_simulator()
    {
        await using var builder = await DistributedApplicationTestingBuilder.CreateAsync<Projects.Marketplace_AppHost>(["--operation", "publish", "--publisher", "manifest"], Cancellation);

        var names = builder.Resources.Select(resource => resource.Name).ToArray();
        Assert.True(builder.ExecutionContext.IsPublishMode);
        Assert.DoesNotContain("ebay-simulator", names);
        Assert.DoesNotContain("storefront", names);
        Assert.Contains("ebay-api-url", names);
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
