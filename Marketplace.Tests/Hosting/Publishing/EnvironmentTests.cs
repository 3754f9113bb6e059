using Marketplace.Hosting;
using Marketplace.Hosting.Publishing;
using Marketplace.Hosting.Publishing.Secrets;
using Marketplace.Tests.Hosting.Publishing.Kubernetes;
using Microsoft.Extensions.Configuration;
using Xunit;

namespace Marketplace.Tests.Hosting.Publishing;

public sealed class EnvironmentTests
{
    private static readonly CancellationToken Cancellation = TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_is_given_to_another_environment_is_left_out()
    {
        using var model = new TestModel();
        var kubernetes = model.Builder.AddKubernetesManifests("kubernetes");
        model.Builder.AddContainer("both", "example/a", "1");
        model.Builder.AddContainer("here", "example/a", "1").WithComputeEnvironment(kubernetes);
        model.Builder.AddContainer("there", "example/a", "1").WithComputeEnvironment(model.Builder.AddComposeFile("compose"));

        var published = await PublishedModel.OfAsync(model.Builder, kubernetes.Resource);

        Assert.Equal(["both", "here"], published.In("base").Where(found => found.MakesPods).Select(found => found.Name));
    }

    [Fact]
    public async Task In_run_mode_there_is_no_environment()
    {
        await using var builder = await DistributedApplicationTestingBuilder.CreateAsync<Projects.Marketplace_AppHost>(Cancellation);

        Assert.Empty(builder.Resources.OfType<IComputeEnvironmentResource>());
    }

    [Theory]
    [InlineData(EndpointProperty.Url, "redis://cache:6379")]
    [InlineData(EndpointProperty.HostAndPort, "cache:6379")]
    [InlineData(EndpointProperty.Host, "cache")]
    [InlineData(EndpointProperty.Port, "6379")]
    [InlineData(EndpointProperty.TargetPort, "6379")]
    [InlineData(EndpointProperty.Scheme, "redis")]
    [InlineData(EndpointProperty.TlsEnabled, "False")]
    public async Task Others_can_ask_it_for_an_address(EndpointProperty property, string expected)
    {
        using var model = new TestModel();
        var redis = model.Builder.AddRedis("Cache");
        var environment = new PublishedEnvironmentResource("kubernetes");

        Assert.Equal(expected, await environment.GetEndpointPropertyExpression(redis.Resource.PrimaryEndpoint.Property(property)).GetValueAsync(Cancellation));
        Assert.Equal("cache", await environment.GetHostAddressExpression(redis.Resource.PrimaryEndpoint).GetValueAsync(Cancellation));
    }

    [Fact]
    public async Task A_password_that_was_generated_for_this_machine_is_not_deployed()
    {
        using var model = new TestModel("--Parameters:given=given");
        var file = Path.Combine(model.Folder, "secrets.json");
        await File.WriteAllTextAsync(file, """{ "Parameters": { "cache-password": "of this machine", "given": "of this machine", "key": "kept here" } }""", Cancellation);
        model.Builder.Configuration.AddJsonFile(source =>
        {
            source.Path = Path.GetFileName(file); // as user secrets are added
            source.FileProvider = new Microsoft.Extensions.FileProviders.PhysicalFileProvider(model.Folder);
        });
        var given = model.Builder.AddParameter("given", new GenerateParameterDefault(), secret: true);
        model.Builder.AddContainer("a", "example/a", "1").WithReference(model.Builder.AddRedis("cache"))
            .WithEnvironment("GIVEN", given).WithEnvironment("KEY", model.Builder.AddParameter("key", secret: true));
        var system = await TestModel.ReaderOf(model.Builder, new PublishedEnvironmentResource("kubernetes")).ReadAsync(Marketplace.Hosting.Publishing.Deployment.ServerPlacement.Inside, Cancellation);

        var values = await new SecretValues(model.Builder.Configuration).ResolveAsync(system.Secrets, [.. system.Secrets.Select(secret => secret.Key)], new Dictionary<string, string>(), Cancellation);

        Assert.Equal(22, values["cache-password"].Length);
        Assert.Equal(Uri.EscapeDataString(values["cache-password"]), values["cache-password-uri-encoded"]);
        Assert.Equal(("given", "kept here"), (values["given"], values["key"]));
    }
}
