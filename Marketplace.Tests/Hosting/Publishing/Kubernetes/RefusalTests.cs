using Marketplace.Hosting.Publishing;
using Marketplace.Hosting.Publishing.Secrets;
using Xunit;

namespace Marketplace.Tests.Hosting.Publishing.Kubernetes;

/// <summary>What has no form in Kubernetes is refused, all of it by name.</summary>
public sealed class RefusalTests
{
    private static readonly CancellationToken Cancellation = TestContext.Current.CancellationToken;

    [Fact]
    public async Task Everything_that_cannot_be_deployed_is_named()
    {
        using var model = new TestModel();
        model.Builder.AddResource(new Oddity("odd"));
        model.Builder.AddExecutable("tool", "python3", model.Folder);
        model.Builder.AddDockerfile("web", model.Folder).Resource.Annotations.OfType<DockerfileBuildAnnotation>().Single().HasEntrypoint = false; // as of AddViteApp
        model.Builder.AddContainer("twins", "example/a", "1").WithHttpEndpoint(targetPort: 80).WithHttpEndpoint(targetPort: 80, name: "other");
        model.Builder.AddContainer("left-out", "example/a", "1").ExcludeFromManifest();

        var exception = await Assert.ThrowsAsync<DistributedApplicationException>(() => PublishedModel.OfAsync(model));

        Assert.Equal(["odd", "tool", "web", "twins"], exception.Message.Split('\n').Select(error => error.Split(':')[0]));
    }

    [Theory]
    [InlineData("writes to a folder of this machine")]
    [InlineData("the volume 'shared' is mounted more than once (a, b)")]
    [InlineData("the variable 'NOT A NAME'")]
    [InlineData("the name has 60 characters")]
    [InlineData("refers to an endpoint of 'left-out', which is not published")]
    public async Task A_form_that_Kubernetes_lacks_is_reported(string problem)
    {
        using var model = new TestModel();
        var builder = model.Builder;
        _ = problem[..5] switch
        {
            "write" => builder.AddContainer("a", "example/a", "1").WithBindMount("config", "/etc/a"),
            "the v" when problem.Contains("shared", StringComparison.Ordinal) => builder.AddContainer("b", "example/b", "1").WithVolume("shared", "/b").ApplicationBuilder.AddContainer("a", "example/a", "1").WithVolume("shared", "/a"),
            "the v" => builder.AddContainer("a", "example/a", "1").WithEnvironment("NOT A NAME", "x"),
            "the n" => builder.AddContainer(new string('a', 60), "example/a", "1"),
            _ => builder.AddContainer("a", "example/a", "1").WithEnvironment("URL", builder.AddContainer("left-out", "example/o", "1").WithHttpEndpoint(targetPort: 80).ExcludeFromManifest().GetEndpoint("http")),
        };

        var exception = await Assert.ThrowsAsync<DistributedApplicationException>(() => PublishedModel.OfAsync(model));

        Assert.Contains(problem.Replace("(a, b)", "(b, a)", StringComparison.Ordinal), Assert.Single(exception.Message.Split('\n')), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Missing_parameters_are_reported_together()
    {
        using var model = ModelWithSecrets();
        var overlay = await OverlayInAsync(model.Folder);

        var exception = await Assert.ThrowsAsync<DistributedApplicationException>(() => SecretFilesOf(model).WriteAsync(overlay, Cancellation));

        Assert.Equal(["first", "legacy", "second"], exception.Message.Split('\n').Select(error => error.Split(':')[0]).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Secrets_are_generated_once_and_stay()
    {
        using var model = ModelWithSecrets("--Parameters:first=0042\n", "--Parameters:second=x", "--ConnectionStrings:legacy=Server=x");
        var overlay = await OverlayInAsync(model.Folder);
        string Secret(string key) => File.ReadAllText(Path.Combine(overlay, "secrets", key));

        await SecretFilesOf(model).WriteAsync(overlay, Cancellation);

        var password = Secret("pg-password");
        File.Delete(Path.Combine(overlay, "secrets", "second"));
        using var later = ModelWithSecrets("--Parameters:first=ignored", "--Parameters:second=new", "--ConnectionStrings:legacy=ignored");
        await SecretFilesOf(later).WriteAsync(overlay, Cancellation);

        Assert.Equal(("0042\n", "new", "Server=x"), (Secret("first"), Secret("second"), Secret("legacy")));
        Assert.Equal(password, Secret("pg-password"));
        Assert.Equal(Uri.EscapeDataString(password), Secret("pg-password-uri-encoded"));
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(overlay, "secrets", "first")));
        }
    }

    private static SecretFiles SecretFilesOf(TestModel model) =>
        new(TestModel.ReaderOf(model.Builder, new PublishedEnvironmentResource("kubernetes")), new SecretValues(model.Builder.Configuration));

    private static TestModel ModelWithSecrets(params string[] args)
    {
        var model = new TestModel(args);
        model.Builder.AddContainer("a", "example/a", "1")
            .WithEnvironment("FIRST", model.Builder.AddParameter("first", secret: true))
            .WithEnvironment("SECOND", model.Builder.AddParameter("second"))
            .WithReference(model.Builder.AddConnectionString("legacy"))
            .WithReference(model.Builder.AddPostgres("pg").AddDatabase("db"));
        return model;
    }

    private static async Task<string> OverlayInAsync(string folder)
    {
        using var model = ModelWithSecrets();
        var published = await PublishedModel.OfAsync(model);
        var overlay = Directory.CreateDirectory(Path.Combine(folder, "dev")).FullName;
        await File.WriteAllTextAsync(Path.Combine(overlay, "kustomization.yaml"), published.Files["overlays/dev/kustomization.yaml"], Cancellation);
        return overlay;
    }

    private sealed class Oddity(string name) : Resource(name);
}
