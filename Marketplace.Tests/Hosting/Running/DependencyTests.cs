using Xunit;

namespace Marketplace.Tests.Hosting.Running;

/// <summary>Resources start in the order their waits ask for.</summary>
public sealed class DependencyTests
{
    [Fact]
    public async Task A_dependent_waits_until_its_dependency_is_healthy()
    {
        await using var model = new RunningModel();
        var server = model.AddScriptHealthyWith("server", "sleep 1000", file: "ready");
        model.AddScript("client", "sleep 1000").WaitFor(server);
        await model.StartAsync();

        await model.WaitAsync("server", KnownResourceStates.Running);
        var waiting = await model.Notifications.WaitForResourceAsync(
            "client", change => change.Snapshot.Reason?.Contains("Unhealthy", StringComparison.Ordinal) == true, RunningModel.Cancel);
        Assert.Equal((KnownResourceStates.Waiting, "server (Unhealthy)"), (waiting.Snapshot.State?.Text, waiting.Snapshot.Reason));
        Assert.Null(waiting.Snapshot.StartTimeStamp);

        model.Write("ready");
        await model.HealthyAsync("client");
        Assert.True(model.Snapshot("client").StartTimeStamp >= model.Snapshot("server").StartTimeStamp);
    }

    [Fact]
    public async Task A_failing_check_tells_why()
    {
        await using var model = new RunningModel();
        model.AddScriptHealthyWith("server", "sleep 1000", file: "ready");
        await model.StartAsync();

        var change = await model.Notifications.WaitForResourceAsync(
            "server", change => change.Snapshot.HealthReports.Any(report => report.Status is not null), RunningModel.Cancel);
        Assert.Equal("ready is missing", change.Snapshot.HealthReports.Single().Description);
    }

    [Fact]
    public async Task A_dependent_starts_after_the_completion_it_waits_for()
    {
        await using var model = new RunningModel();
        var job = model.AddScript("migrations", "while [ ! -e go ]; do sleep 0.05; done");
        model.AddScript("service", "sleep 1000").WaitForCompletion(job);
        await model.StartAsync();

        await model.WaitAsync("service", KnownResourceStates.Waiting);
        model.Write("go");

        Assert.Equal(0, (await model.WaitAsync("migrations", KnownResourceStates.Finished)).Snapshot.ExitCode);
        await model.HealthyAsync("service");
    }

    [Fact]
    public async Task A_dependent_fails_with_the_completion_it_waits_for()
    {
        await using var model = new RunningModel();
        var job = model.AddScript("migrations", "exit 3");
        model.AddScript("service", "sleep 1000").WaitForCompletion(job);
        await model.StartAsync();

        var exception = await Assert.ThrowsAsync<DistributedApplicationException>(() => model.HealthyAsync("service"));
        Assert.Contains("'migrations' to complete with exit code 0, which ended with 3", exception.Message, StringComparison.Ordinal);
        Assert.Equal((KnownResourceStates.Exited, 0), (model.Snapshot("migrations").State?.Text, model.Snapshot("migrations").Restarts));
    }

    [Fact]
    public async Task A_dependent_of_what_cannot_start_says_so_instead_of_waiting()
    {
        await using var model = new RunningModel();
        var missing = model.Builder.AddExecutable("tool", "no-such-program", model.Folder);
        model.AddScript("service", "sleep 1000").WaitFor(missing);
        await model.StartAsync();

        var exception = await Assert.ThrowsAsync<DistributedApplicationException>(() => model.HealthyAsync("service"));
        Assert.Contains("it waits for 'tool', which is FailedToStart: 'no-such-program' could not be started", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_explicit_start_waits_for_the_command()
    {
        await using var model = new RunningModel();
        model.AddScript("other", "sleep 1000");
        model.AddScript("tool", "sleep 1000").WithExplicitStart();
        await model.StartAsync();

        await model.HealthyAsync("other");
        Assert.Equal(KnownResourceStates.NotStarted, model.Snapshot("tool").State?.Text);

        Assert.True((await model.CommandAsync("tool", "resource-start")).Success);
        await model.HealthyAsync("tool");
    }
}
