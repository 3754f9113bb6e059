using Marketplace.Messaging.Contracts;
using Xunit;

namespace Marketplace.Tests.Hosting.Model;

public sealed class TestingBuilderTests
{
    private static readonly CancellationToken Cancellation = TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_test_runs_isolated_and_in_the_folder_of_the_AppHost()
    {
        await using var builder = await DistributedApplicationTestingBuilder.CreateAsync<Projects.Marketplace_AppHost>(Cancellation);
        await using var app = await builder.BuildAsync(Cancellation);

        var options = (EngineOptions)app.Services.GetService(typeof(EngineOptions))!;
        Assert.True(options.IsIsolated);
        Assert.True(options.IsTest);
        Assert.Equal(Projects.Marketplace_AppHost.ProjectPath, builder.AppHostDirectory);
        Assert.Equal("Marketplace.AppHost", builder.Environment.ApplicationName);
    }

    [Fact]
    public async Task A_library_has_no_entry_point_to_run()
    {
        var exception = await Assert.ThrowsAsync<InvalidOperationException>(() => DistributedApplicationTestingBuilder.CreateAsync<Product>(Cancellation));

        Assert.Contains("Marketplace.Messaging", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Unknown_resources_and_endpoints_are_named()
    {
        await using var builder = await DistributedApplicationTestingBuilder.CreateAsync<Projects.Marketplace_AppHost>(Cancellation);
        await using var app = await builder.BuildAsync(Cancellation);

        Assert.Contains("'gatewax'", Assert.Throws<ArgumentException>(() => app.GetEndpoint("gatewax")).Message, StringComparison.Ordinal);
        Assert.Contains("its endpoints are http", Assert.Throws<ArgumentException>(() => app.GetEndpoint("gateway", "grpc")).Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<ArgumentException>(async () => await app.GetConnectionStringAsync("nothing", Cancellation));
    }

    [Fact]
    public async Task Topics_of_the_model_are_those_that_the_services_use()
    {
        await using var builder = await DistributedApplicationTestingBuilder.CreateAsync<Projects.Marketplace_AppHost>(["--operation", "publish"], Cancellation);
        await using var app = await builder.BuildAsync(Cancellation);
        var resolver = (EnvironmentResolver)app.Services.GetService(typeof(EnvironmentResolver))!;

        var environment = await resolver.CollectEnvironmentAsync(builder.Resources.First(resource => resource.Name == "kafka"), Cancellation);

        var command = Topics.GetProduct("ebay");
        string[] expected = [Topics.Replies, command, Topics.DeadLetter(command), Topics.ProductPersisted("ebay")];
        Assert.Equal(string.Join(',', expected.Select(topic => $"{topic}:{Topics.DefaultPartitions}")), environment["KAFKA_TOPICS"]);
    }
}
