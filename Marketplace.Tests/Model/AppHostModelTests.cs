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
        Assert.Superset(new HashSet<string> { "kafka", "redis", "postgres", "marketplace", "ebay", "gateway", "ebay-simulator" }, names.ToHashSet());
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

    [Fact]
    public async Task Addresses_are_unknown_before_the_start()
    {
        await using var builder = await DistributedApplicationTestingBuilder.CreateAsync<Projects.Marketplace_AppHost>(Cancellation);
        await using var app = await builder.BuildAsync(Cancellation);

        Assert.Throws<InvalidOperationException>(() => app.GetEndpoint("gateway"));
        Assert.Throws<InvalidOperationException>(() => app.CreateHttpClient("gateway"));
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await app.GetConnectionStringAsync("redis", Cancellation));
    }

    [Fact]
    public async Task A_test_can_change_the_model_before_it_is_built()
    {
        await using var builder = await DistributedApplicationTestingBuilder.CreateAsync<Projects.Marketplace_AppHost>(Cancellation);
        builder.AddContainer("extra", "example/extra", "1");
        await using var app = await builder.BuildAsync(Cancellation);

        var model = (DistributedApplicationModel)app.Services.GetService(typeof(DistributedApplicationModel))!;
        Assert.Contains(model.Resources, resource => resource.Name == "extra");
    }

    [Fact]
    public async Task Models_made_at_the_same_time_do_not_meet()
    {
        var builders = await Task.WhenAll(Enumerable.Range(0, 4).Select(number =>
            DistributedApplicationTestingBuilder.CreateAsync<Projects.Marketplace_AppHost>([$"--Parameters:ebay-client-id=client-{number}", "--Parameters:ebay-client-secret=secret"], Cancellation)));

        foreach (var (number, builder) in builders.Index())
        {
            Assert.Equal($"client-{number}", builder.Configuration["Parameters:ebay-client-id"]);
            await builder.DisposeAsync();
        }

        Assert.Equal(builders.Length, builders.Select(builder => builder.Resources).Distinct().Count());
    }
}
