using Xunit;

namespace Marketplace.Tests.Hosting.Running;

/// <summary>What this machine lacks is said by the resource that needs it, with what to do.</summary>
public sealed class MachineTests
{
    [Fact]
    public async Task A_project_that_was_not_built_says_how_to_build_it()
    {
        await using var model = new RunningModel();
        model.Write("Service.csproj", "<Project/>");
        model.Builder.AddResource(new ProjectResource("service")).WithAnnotation(new Unbuilt(model.PathOf("Service.csproj")));
        await model.StartAsync();

        var exception = await Assert.ThrowsAsync<DistributedApplicationException>(() => model.HealthyAsync("service"));
        Assert.Contains($"Build it with: dotnet build \"{model.PathOf("Service.csproj")}\"", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_container_without_an_engine_says_so_and_lets_the_others_run()
    {
        await using var model = new RunningModel();
        model.Builder.AddContainer("jaeger", "jaegertracing/jaeger", "2.0");
        model.AddScript("service", "sleep 1000");
        var later = model.Builder.AddContainer("later", "busybox", "1").WithExplicitStart();
        await model.StartAsync();

        var jaeger = await model.Notifications.WaitForResourceAsync(
            "jaeger", change => change.Snapshot.State?.Text != KnownResourceStates.Starting, RunningModel.Cancel);
        Assert.SkipWhen(jaeger.Snapshot.State?.Text == KnownResourceStates.Running, "This machine has a container engine.");
        Assert.Equal(KnownResourceStates.RuntimeUnhealthy, jaeger.Snapshot.State?.Text);
        Assert.Contains("It needs a container engine", jaeger.Snapshot.Reason, StringComparison.Ordinal);
        await model.HealthyAsync("service");
        Assert.Equal(KnownResourceStates.NotStarted, model.Snapshot(later.Resource.Name).State?.Text);
    }

    [Fact]
    public async Task Runs_with_a_container_that_only_listens_do_not_meet_at_its_port()
    {
        await using var first = new RunningModel();
        await using var second = new RunningModel();
        var endpoints = new List<EndpointReference>();
        foreach (var model in new[] { first, second })
        {
            endpoints.Add(model.Builder.AddContainer("jaeger", "jaegertracing/jaeger", "2.0").WithHttpEndpoint(targetPort: 16686).WithExplicitStart().GetEndpoint("http"));
            await model.StartAsync();
        }

        Assert.NotEqual(endpoints[0].Port, endpoints[1].Port);
        Assert.DoesNotContain(16686, endpoints.Select(endpoint => endpoint.Port));
    }

    [Fact]
    public async Task A_parameter_is_there_and_its_secret_is_not_shown()
    {
        await using var model = new RunningModel("--Parameters:key=hush", "--Parameters:region=north");
        var key = model.Builder.AddParameter("key", secret: true);
        var region = model.Builder.AddParameter("region");
        model.AddScript("service", "sleep 1000").WithEnvironment("KEY", key).WithEnvironment("REGION", region).WaitFor(region);
        await model.StartAsync();

        await model.HealthyAsync("service");
        Assert.Equal(("(secret)", "north"), (model.Snapshot("key").Property("Source"), model.Snapshot("region").Property("Source")));
        var variables = model.Snapshot("service").EnvironmentVariables.ToDictionary(variable => variable.Name);
        Assert.Equal((true, false), (variables["KEY"].IsSecret, variables["REGION"].IsSecret));
    }

    private sealed record Unbuilt(string ProjectPath) : IProjectMetadata
    {
        public string? TargetPath => Path.ChangeExtension(ProjectPath, ".dll");
    }
}
