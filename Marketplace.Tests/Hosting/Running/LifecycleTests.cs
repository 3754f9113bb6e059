using Xunit;

namespace Marketplace.Tests.Hosting.Running;

/// <summary>Crashes, commands and stopping.</summary>
public sealed class LifecycleTests
{
    [Fact]
    public async Task A_crashed_resource_is_started_again_and_says_so()
    {
        await using var model = new RunningModel();
        model.AddScript("service", "if [ -e crashed ]; then sleep 1000; else touch crashed; echo out of luck; exit 3; fi");
        await model.StartAsync();

        var crashed = await model.WaitAsync("service", KnownResourceStates.Exited);
        Assert.Equal(3, crashed.Snapshot.ExitCode);
        Assert.NotNull(crashed.Snapshot.RestartsAt);

        var back = await model.HealthyAsync("service");
        Assert.Equal((1, null), (back.Snapshot.Restarts, back.Snapshot.ExitCode));
        Assert.Equal(["out of luck", "[host] The process ended with exit code 3. It is started again in 0.5 s."], model.LogOf("service"));
    }

    [Fact]
    public async Task A_killed_process_is_replaced()
    {
        await using var model = new RunningModel();
        model.AddScript("service", "exec sleep 1000");
        await model.StartAsync();
        await model.HealthyAsync("service");
        var first = model.ProcessId("service");

        System.Diagnostics.Process.GetProcessById(first).Kill();
        var back = await model.Notifications.WaitForResourceAsync(
            "service", change => change.Snapshot is { Restarts: 1, HealthStatus: not null }, RunningModel.Cancel);

        Assert.NotEqual(first, back.Snapshot.Property("ProcessId"));
    }

    [Fact]
    public async Task What_only_crashes_is_given_up_with_its_last_words()
    {
        await using var model = new RunningModel();
        model.Builder.Services.AddFastTime();
        model.AddScriptHealthyWith("service", "echo bad configuration >&2; exit 5", file: "never");
        await model.StartAsync();

        var exception = await Assert.ThrowsAsync<DistributedApplicationException>(() => model.HealthyAsync("service"));
        Assert.Contains("It crashed 5 times without becoming healthy; the last time: The process ended with exit code 5.", exception.Message, StringComparison.Ordinal);
        Assert.Equal(5, model.LogOf("service").Count(line => line == "bad configuration"));
        Assert.Equal(4, model.Snapshot("service").Restarts);
    }

    [Fact]
    public async Task What_ends_by_itself_without_an_error_is_finished()
    {
        await using var model = new RunningModel();
        model.AddScript("job", "echo done");
        await model.StartAsync();

        var finished = await model.WaitAsync("job", KnownResourceStates.Finished);
        Assert.Equal((0, null, 0), (finished.Snapshot.ExitCode, finished.Snapshot.RestartsAt, finished.Snapshot.Restarts));
    }

    [Fact]
    public async Task Stop_start_and_restart_act_on_the_process()
    {
        await using var model = new RunningModel();
        model.AddScript("service", "exec sleep 1000");
        await model.StartAsync();
        await model.HealthyAsync("service");
        var first = model.ProcessId("service");

        Assert.True((await model.CommandAsync("service", "resource-stop")).Success);
        Assert.Equal((KnownResourceStates.Exited, null), (model.Snapshot("service").State?.Text, model.Snapshot("service").RestartsAt));
        Assert.False(RunningModel.IsAlive(first));

        Assert.True((await model.CommandAsync("service", "resource-start")).Success);
        await model.HealthyAsync("service");
        var second = model.ProcessId("service");
        Assert.NotEqual(first, second);

        Assert.True((await model.CommandAsync("service", "resource-restart")).Success);
        await model.HealthyAsync("service");
        Assert.NotEqual(second, model.ProcessId("service"));
        Assert.False(RunningModel.IsAlive(second));
        Assert.Equal(0, model.Snapshot("service").Restarts);
    }

    [Fact]
    public async Task Commands_of_the_model_are_carried_out_and_failures_told()
    {
        await using var model = new RunningModel();
        model.AddScript("service", "sleep 1000")
            .WithCommand("greet", "Greet", context => Task.FromResult(CommandResults.Failure($"{context.ResourceName} does not greet")))
            .WithCommand("throw", "Throw", _ => throw new InvalidOperationException("thrown"));
        await model.StartAsync();
        await model.HealthyAsync("service");

        Assert.Equal("service does not greet", (await model.CommandAsync("service", "greet")).ErrorMessage);
        Assert.Equal("thrown", (await model.CommandAsync("service", "throw")).ErrorMessage);
        Assert.Equal("'service' has no command 'sing'.", (await model.CommandAsync("service", "sing")).ErrorMessage);
        Assert.Equal("There is no resource 'nobody'.", (await model.CommandAsync("nobody", "greet")).ErrorMessage);
    }

    [Fact]
    public async Task Stopping_goes_backwards_and_leaves_no_process()
    {
        await using var model = new RunningModel();
        const string Script = "trap 'echo $NAME >> stopped; exit 0' TERM; sleep 1000 & echo $! > $NAME.pid; touch $NAME.ready; while true; do wait; done";
        var database = model.AddScriptHealthyWith("database", Script, "database.ready").WithEnvironment("NAME", "database");
        var service = model.AddScriptHealthyWith("service", Script, "service.ready").WithEnvironment("NAME", "service").WaitFor(database);
        model.AddScriptHealthyWith("gateway", Script, "gateway.ready").WithEnvironment("NAME", "gateway").WaitFor(service);
        await model.StartAsync();
        await model.HealthyAsync("gateway");
        string[] names = ["database", "service", "gateway"];
        int[] processes = [.. names.Select(model.ProcessId), .. names.Select(name => model.ReadProcessId($"{name}.pid"))];

        await model.App.StopAsync(RunningModel.Cancel);

        Assert.Equal(["gateway", "service", "database"], await File.ReadAllLinesAsync(model.PathOf("stopped"), RunningModel.Cancel));
        Assert.DoesNotContain(processes, RunningModel.IsAlive);
    }

    [Fact]
    public async Task A_process_that_ignores_the_request_to_end_is_ended_in_a_hurry()
    {
        await using var model = new RunningModel();
        model.AddScriptHealthyWith("stubborn", "trap '' TERM; touch ready; while true; do sleep 0.1; done", file: "ready");
        await model.StartAsync();
        await model.HealthyAsync("stubborn");
        var process = model.ProcessId("stubborn");

        using var hurry = new CancellationTokenSource();
        await hurry.CancelAsync();
        await model.App.StopAsync(hurry.Token);

        Assert.False(RunningModel.IsAlive(process));
    }

    [Fact]
    public async Task A_stop_while_it_waits_is_a_stop()
    {
        await using var model = new RunningModel();
        var server = model.AddScriptHealthyWith("server", "sleep 1000", file: "ready");
        model.AddScript("client", "sleep 1000").WaitFor(server);
        await model.StartAsync();
        await model.WaitAsync("client", KnownResourceStates.Waiting);

        Assert.True((await model.CommandAsync("client", "resource-stop")).Success);

        Assert.Equal(KnownResourceStates.Exited, model.Snapshot("client").State?.Text);
    }
}
