using System.ComponentModel;
using System.Diagnostics;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Marketplace.Hosting.Publishing;
using Marketplace.Hosting.Publishing.Compose;
using Marketplace.Hosting.Publishing.Secrets;
using Marketplace.Tests.Hosting.Publishing.Kubernetes;
using Xunit;

namespace Marketplace.Tests.Hosting.Publishing.Compose;

public sealed partial class ComposeTests : IDisposable
{
    private static readonly CancellationToken Cancellation = TestContext.Current.CancellationToken;

    private readonly string _folder = Directory.CreateTempSubdirectory("compose-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task The_file_meets_the_specification()
    {
        await PublishAppHostAsync();

        await AssertValidAsync(Compose());
    }

    [Fact]
    public async Task So_does_that_of_an_awkward_model()
    {
        using var model = new TestModel();
        AwkwardModel.AddTo(model.Builder, model.Folder);
        foreach (var resource in model.Builder.Resources.Where(resource => resource.Name is "tool" or "worker").ToArray())
        {
            model.Builder.CreateResourceBuilder(resource).ExcludeFromManifest();
        }

        Give(model, "plain", "api-key", "hidden", "user");
        model.Builder.Configuration["ConnectionStrings:legacy"] = "x";
        model.Builder.Configuration["ConnectionStrings:named"] = "y";
        await PublishAsync(model);

        await AssertValidAsync(Compose());
        Assert.Equal("service_healthy", (string)Service("later")["depends_on"]!["pg"]!["condition"]!);

        void Give(TestModel given, params string[] parameters)
        {
            foreach (var parameter in parameters)
            {
                given.Builder.Configuration[$"Parameters:{parameter}"] = "v";
            }

            var postgres = given.Builder.Resources.OfType<PostgresServerResource>().Single();
            given.Builder.AddContainer("later", "example/later", "1").WaitFor(given.Builder.CreateResourceBuilder(postgres));
        }
    }

    [Fact]
    public async Task Services_wait_until_their_servers_are_healthy_and_topics_exist()
    {
        await PublishAppHostAsync();

        var waits = Service("ebay")["depends_on"]!.AsObject().ToDictionary(wait => wait.Key, wait => (string)wait.Value!["condition"]!);
        Assert.Equal(
            new Dictionary<string, string> { ["kafka"] = "service_healthy", ["kafka-topics"] = "service_completed_successfully", ["postgres"] = "service_healthy", ["redis"] = "service_healthy" },
            waits);
        Assert.All(["ebay", "amazon", "gateway", "kafka", "postgres", "redis"], service => Assert.NotNull(Service(service)["healthcheck"]));
        Assert.Equal("service_healthy", (string)Service("kafka-topics")["depends_on"]!["kafka"]!["condition"]!);
    }

    [Fact]
    public async Task A_service_is_asked_by_its_own_program_and_waited_for()
    {
        using var model = new TestModel();
        var back = model.Builder.AddProject<Projects.Marketplace_Ebay>("back", launchProfileName: null).WithHttpEndpoint(5000).WithHttpProbe(ProbeType.Readiness, "/health");
        var silent = model.Builder.AddProject<Projects.Marketplace_EbaySimulator>("silent", launchProfileName: null).WithHttpEndpoint(5001);
        model.Builder.AddProject<Projects.Marketplace_Gateway>("front", launchProfileName: null).WithHttpEndpoint(5002).WaitFor(back).WaitFor(silent);
        await PublishAsync(model);

        Assert.Equal(["CMD", "/app/Marketplace.Ebay", "health"], Service("back")["healthcheck"]!["test"]!.AsArray().Select(word => (string)word!));
        Assert.Null(Service("silent")["healthcheck"]);
        Assert.Equal(("service_healthy", "service_started"), ((string)Service("front")["depends_on"]!["back"]!["condition"]!, (string)Service("front")["depends_on"]!["silent"]!["condition"]!));
    }

    [Fact]
    public async Task Servers_keep_their_data_in_named_volumes_and_only_what_is_external_is_published()
    {
        await PublishAppHostAsync();

        Assert.Equal(["kafka-data", "postgres-data", "redis-data"], Compose()["volumes"]!.AsObject().Select(volume => volume.Key));
        Assert.Equal("redis-data", (string)Service("redis")["volumes"]![0]!["source"]!);
        Assert.Equal(["-c", "exec redis-server --requirepass $$REDIS_PASSWORD --save 60 1"], Service("redis")["command"]!.AsArray().Select(word => (string)word!));
        Assert.Equal(["storefront"], Compose()["services"]!.AsObject().Where(service => service.Value!["ports"] is not null).Select(service => service.Key));
        Assert.Equal("3000:3000/tcp", (string)Service("storefront")["ports"]![0]!);
        Assert.Equal("CREATE DATABASE \"marketplace\";\n", await File.ReadAllTextAsync(Path.Combine(_folder, "postgres-databases", "marketplace.sql"), Cancellation));
    }

    [Fact]
    public async Task Secrets_are_in_an_ignored_file_for_the_owner_alone_and_stay()
    {
        await PublishAppHostAsync();
        var first = await File.ReadAllTextAsync(Path.Combine(_folder, ".env"), Cancellation);
        await PublishAppHostAsync();

        Assert.Equal(first, await File.ReadAllTextAsync(Path.Combine(_folder, ".env"), Cancellation));
        Assert.Equal(".env\n", await File.ReadAllTextAsync(Path.Combine(_folder, ".gitignore"), Cancellation));
        Assert.DoesNotContain("s3cret-value", await File.ReadAllTextAsync(Path.Combine(_folder, "compose.yaml"), Cancellation), StringComparison.Ordinal);
        Assert.Contains("EBAY_CLIENT_SECRET='s3cret-value'\n", first, StringComparison.Ordinal);
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(_folder, ".env")));
        }
    }

    [Fact]
    public async Task Values_arrive_unchanged()
    {
        const string Awkward = "say \"hi\" & 'bye' {braces} ${HOME} $HOME $$ 100%: #\n007";
        const string Secret = "it's ${X} \"$1\"\nline";
        using var model = new TestModel($"--Parameters:key={Secret}");
        var key = model.Builder.AddParameter("key", secret: true);
        model.Builder.AddContainer("a", "example/a", "1").WithEnvironment("PLAIN", Awkward).WithEnvironment("ZEROS", "007").WithEnvironment("MIXED", $"{Awkward}{key}{Awkward}").WithArgs(Awkward);
        await PublishAsync(model);

        var secrets = EnvironmentFile.Read(await File.ReadAllTextAsync(Path.Combine(_folder, ".env"), Cancellation));
        var environment = Service("a")["environment"]!;
        Assert.Equal(Secret, secrets["KEY"]);
        Assert.Equal(Awkward, Interpolate((string)environment["PLAIN"]!, secrets));
        Assert.Equal("007", Interpolate((string)environment["ZEROS"]!, secrets));
        Assert.Equal(Awkward + Secret + Awkward, Interpolate((string)environment["MIXED"]!, secrets));
        Assert.Equal(Awkward, Interpolate((string)Service("a")["command"]![0]!, secrets));
    }

    [Fact]
    public async Task Missing_parameters_are_reported_together_and_nothing_is_written()
    {
        using var model = new TestModel();
        model.Builder.AddContainer("a", "example/a", "1").WithEnvironment("ONE", model.Builder.AddParameter("one")).WithEnvironment("TWO", model.Builder.AddParameter("two", secret: true));

        var exception = await Assert.ThrowsAsync<DistributedApplicationException>(() => PublishAsync(model));

        Assert.Equal(["one", "two"], exception.Message.Split('\n').Select(error => error.Split(':')[0]));
        Assert.Empty(Directory.EnumerateFileSystemEntries(_folder));
    }

    private async Task PublishAppHostAsync()
    {
        await using var builder = await DistributedApplicationTestingBuilder.CreateAsync<Projects.Marketplace_AppHost>(["--operation", "publish", "--Parameters:ebay-client-id=id", "--Parameters:ebay-client-secret=s3cret-value", "--Parameters:amazon-credential-id=id", "--Parameters:amazon-credential-secret=secret", "--Parameters:amazon-partner-tag=tag"], Cancellation);
        await PublisherOf(builder).WriteAsync(_folder, Cancellation);
    }

    private Task<string> PublishAsync(TestModel model) => PublisherOf(model.Builder).WriteAsync(_folder, Cancellation);

    private static ComposePublisher PublisherOf(IDistributedApplicationBuilder builder) =>
        new(TestModel.ReaderOf(builder, new PublishedEnvironmentResource("compose")), new SecretValues(builder.Configuration));

    private JsonNode Compose() => KubernetesYaml.Documents(File.ReadAllText(Path.Combine(_folder, "compose.yaml"))).Single();

    private JsonNode Service(string name) => Compose()["services"]![name]!;

    /// <summary>Interpolation as Compose does it.</summary>
    private static string Interpolate(string text, Dictionary<string, string> variables) =>
        Reference.Replace(text, match => match.Value == "$$" ? "$" : variables[match.Groups[1].Value]);

    [GeneratedRegex(@"\$\$|\$\{(\w+)\}")]
    private static partial Regex Reference { get; }

    private static async Task AssertValidAsync(JsonNode compose)
    {
        var folder = Path.Combine(AppContext.BaseDirectory, "Hosting", "Publishing", "Compose");
        try
        {
            if (!Directory.Exists(Path.Combine(folder, "node_modules", "ajv")))
            {
                var (installed, problem) = await RunAsync(OperatingSystem.IsWindows() ? "npm.cmd" : "npm", ["install", "--no-audit", "--no-fund", "--ignore-scripts"], folder, null);
                Assert.SkipWhen(installed != 0, $"npm cannot install the schema here: {problem}");
            }

            var (exitCode, errors) = await RunAsync("node", ["validate.js"], folder, compose.ToJsonString());
            Assert.True(exitCode == 0, errors);
        }
        catch (Win32Exception)
        {
            Assert.Skip("Node.js is not installed here.");
        }
    }

    private static async Task<(int ExitCode, string Errors)> RunAsync(string command, string[] arguments, string folder, string? input)
    {
        using var process = Process.Start(new ProcessStartInfo(command, arguments) { WorkingDirectory = folder, RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true })!;
        var output = process.StandardOutput.ReadToEndAsync(Cancellation);
        var errors = process.StandardError.ReadToEndAsync(Cancellation);
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        await process.WaitForExitAsync(Cancellation);
        await output;
        return (process.ExitCode, await errors);
    }
}
