using Xunit;

namespace Marketplace.Tests.Hosting.Model;

public sealed class LaunchProfileTests : IDisposable
{
    private const string Settings =
        """
        {
          // Written by hand, as many are.
          "profiles": {
            "container": { "commandName": "Docker" },
            "first": { "commandName": "Project", "applicationUrl": "https://localhost:7100;http://localhost:7101;http://localhost:7102", "environmentVariables": { "COLOUR": "red", "SIZE": "1" } },
            "second": { "commandName": "Project", "environmentVariables": { "COLOUR": "blue" }, },
          }
        }
        """;

    public LaunchProfileTests()
    {
        Directory.CreateDirectory(Path.Combine(Profiled.Folder, "Properties"));
        File.WriteAllText(Path.Combine(Profiled.Folder, "Properties", "launchSettings.json"), Settings);
    }

    public void Dispose() => Directory.Delete(Profiled.Folder, recursive: true);

    [Fact]
    public async Task The_first_profile_of_a_project_gives_its_endpoints_and_variables()
    {
        using var model = new TestModel();
        var project = model.Builder.AddProject<Profiled>("api").WithEnvironment("SIZE", "2");

        var environment = await model.EnvironmentOf(project);

        Assert.Equal("https://localhost:7100;http://localhost:7101;http://localhost:7102", environment["ASPNETCORE_URLS"]);
        Assert.Equal(["https", "http", "http2"], project.Resource.Annotations.OfType<EndpointAnnotation>().Select(endpoint => endpoint.Name));
        Assert.Equal("first", environment["DOTNET_LAUNCH_PROFILE"]);
        Assert.Equal("red", environment["COLOUR"]);
        Assert.Equal("2", environment["SIZE"]);
    }

    [Fact]
    public async Task A_named_profile_is_taken_instead()
    {
        using var model = new TestModel();
        var project = model.Builder.AddProject<Profiled>("api", launchProfileName: "second");

        Assert.Equal("blue", (await model.EnvironmentOf(project))["COLOUR"]);
        Assert.Empty(project.Resource.Annotations.OfType<EndpointAnnotation>());
    }

    [Fact]
    public void A_developers_ports_are_not_published()
    {
        using var model = new TestModel("--operation", "publish");
        var project = model.Builder.AddProject<Profiled>("api");

        Assert.Equal(
            [("http", null), ("https", null)],
            project.Resource.Annotations.OfType<EndpointAnnotation>().Select(endpoint => (endpoint.UriScheme, endpoint.Port)));
    }

    private sealed class Profiled : IProjectMetadata
    {
        public static readonly string Folder = Directory.CreateTempSubdirectory("profiles-").FullName;

        public string ProjectPath => Path.Combine(Folder, "Api.csproj");
    }
}
