using System.Text;
using Marketplace.Hosting.Publishing.Manifest;
using Marketplace.Tests.Hosting.Model;
using Xunit;

namespace Marketplace.Tests.Hosting.Publishing;

public sealed class ManifestTests
{
    private static readonly CancellationToken Cancellation = TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_resource_without_a_form_in_the_manifest_is_an_error_that_names_it()
    {
        using var model = new TestModel("--operation", "publish");
        model.Builder.AddResource(new Oddity("odd"));

        var exception = await Assert.ThrowsAsync<DistributedApplicationException>(() => ManifestOf(model));

        Assert.Equal("odd: a Oddity has no form in the manifest; leave it out with ExcludeFromManifest().", exception.Message);
    }

    [Fact]
    public async Task A_secret_never_reaches_the_manifest()
    {
        using var model = new TestModel("--operation", "publish", "--Parameters:key=s3cret-value", "--ConnectionStrings:legacy=s3cret-value");
        var key = model.Builder.AddParameter("key", secret: true);
        model.Builder.AddContainer("a", "example/a", "1").WithEnvironment("KEY", key).WithReference(model.Builder.AddConnectionString("legacy")).WithReference(model.Builder.AddRedis("redis", password: key));

        Assert.DoesNotContain("s3cret-value", await ManifestOf(model), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_same_model_gives_the_same_bytes()
    {
        using var first = new TestModel("--operation", "publish");
        using var second = new TestModel("--operation", "publish");
        foreach (var model in new[] { first, second })
        {
            model.Builder.AddContainer("a", "example/a", "1").WithReference(model.Builder.AddRedis("redis")).WithReference(model.Builder.AddPostgres("pg").AddDatabase("db"));
        }

        Assert.Equal(await ManifestOf(first), await ManifestOf(second));
    }

    [Theory]
    [InlineData(null, "--output-path is missing")]
    [InlineData("terraform", "--publisher 'terraform' is unknown")]
    public async Task A_wrong_command_line_is_an_error(string? publisher, string message)
    {
        string[] args = publisher is null ? ["--operation", "publish"] : ["--publisher", publisher, "--output-path", "out"];
        using var model = new TestModel(args);
        await using var app = model.Builder.Build();
        var publishing = (Marketplace.Hosting.Publishing.Publisher)app.Services.GetService(typeof(Marketplace.Hosting.Publishing.Publisher))!;

        var exception = await Assert.ThrowsAsync<DistributedApplicationException>(() => publishing.PublishAsync(Cancellation));

        Assert.StartsWith(message, exception.Message, StringComparison.Ordinal);
    }

    private static async Task<string> ManifestOf(TestModel model)
    {
        var writer = new ManifestWriter(new DistributedApplicationModel(model.Builder.Resources), new EnvironmentResolver(model.Builder.ExecutionContext, model.Builder.Environment, model.Builder.Configuration));
        return Encoding.UTF8.GetString(await writer.ToJsonAsync(Path.Combine(model.Folder, "manifest.json"), Cancellation));
    }

    private sealed class Oddity(string name) : Resource(name);
}
