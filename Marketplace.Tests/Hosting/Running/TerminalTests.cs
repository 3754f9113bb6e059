using Marketplace.Hosting.Running;
using Marketplace.Hosting.Running.Terminal;
using Microsoft.Extensions.DependencyInjection;
using Spectre.Console;
using Xunit;

namespace Marketplace.Tests.Hosting.Running;

/// <summary>What a log of the AppHost shows: plain lines, one for each change of condition.</summary>
public sealed class TerminalTests
{
    [Fact]
    public async Task Plain_lines_tell_the_way_to_all_healthy()
    {
        await using var model = new RunningModel();
        using var output = Capture(model);
        var server = model.AddScriptHealthyWith("server", "touch ready; sleep 1000", file: "ready").WithHttpEndpoint().WithExternalHttpEndpoints();
        model.AddScript("client", "sleep 1000").WaitFor(server);
        await model.StartAsync();
        var up = await output.WaitForAsync(line => line.StartsWith("Up after ", StringComparison.Ordinal));
        await model.App.StopAsync(RunningModel.Cancel);

        var lines = output.Lines;
        var url = server.GetEndpoint("http").Url;
        Assert.Contains($"server: Healthy  {url}", lines);
        Assert.Single(lines, line => line == "client: Healthy");
        Assert.EndsWith($"2 resources are healthy.  server: {url}", up, StringComparison.Ordinal);
        Assert.Equal("Stopped.", lines[^1]);
        Assert.DoesNotContain(lines, line => line.Contains('\u001b', StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_failure_shows_the_last_lines_and_ends_the_application()
    {
        await using var model = new RunningModel();
        model.Builder.Services.AddFastTime();
        using var output = Capture(model);
        model.AddScriptHealthyWith("service", "echo the disk is full; exit 9", file: "never");
        model.AddScript("other", "exec sleep 1000");

        await model.App.RunAsync(RunningModel.Cancel);

        Assert.Equal(1, Environment.ExitCode);
        Environment.ExitCode = 0;
        Assert.Contains("    | the disk is full", output.Lines);
        Assert.Contains(output.Lines, line => line.StartsWith("service: FailedToStart  It crashed 5 times", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Resources_that_cannot_start_are_told_together()
    {
        await using var model = new RunningModel();
        using var output = Capture(model);
        model.Builder.AddExecutable("first", "no-such-program", model.Folder);
        var second = model.Builder.AddExecutable("second", "no-such-tool", model.Folder);
        model.AddScript("client", "sleep 1000").WaitFor(second);
        await model.StartAsync();

        var exception = await Assert.ThrowsAsync<DistributedApplicationException>(
            () => model.App.Services.GetRequiredService<ApplicationRunner>().Completion.WaitAsync(RunningModel.Cancel));

        Assert.Contains(exception.Errors, error => error.StartsWith("first: failed to start. 'no-such-program' could not be started", StringComparison.Ordinal));
        Assert.Contains(exception.Errors, error => error.StartsWith("second: failed to start. 'no-such-tool' could not be started", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(80)]
    [InlineData(150)]
    public void A_row_of_the_table_is_one_line_however_long_what_is_said_of_it(int width)
    {
        var table = new LiveTable();
        table.Set(
            new ResourceEvent(new KafkaServerResource("kafka"), "kafka", new CustomResourceSnapshot { ResourceType = "Container" }),
            new ResourceLine("Healthy", string.Join(' ', Enumerable.Repeat("in memory only", 50))));
        table.Set(
            new ResourceEvent(new KafkaServerResource("ebay-simulator"), "ebay-simulator", new CustomResourceSnapshot { ResourceType = "Container" }),
            new ResourceLine("Healthy", "http://localhost:4900"));
        using var writer = new StringWriter();
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Ansi = AnsiSupport.No, Interactive = InteractionSupport.No, Out = new AnsiConsoleOutput(writer) });
        console.Profile.Width = width;
        console.Write(table.Render(width));

        var lines = writer.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(3, lines.Length);
        Assert.Matches("^ *kafka +.*Healthy +in memory only.*… *$", lines[1]);
        Assert.Matches("^ *ebay-simulator +.*Healthy +http://localhost:4900 *$", lines[2]);
        Assert.All(lines, line => Assert.True(line.Length <= width, line));
    }

    private static CapturedLines Capture(RunningModel model)
    {
        ((DistributedApplicationBuilder)model.Builder).Options.IsTest = false;
        var writer = new CapturedLines();
        model.Builder.Services.AddSingleton(AnsiConsole.Create(new AnsiConsoleSettings { Ansi = AnsiSupport.No, Interactive = InteractionSupport.No, Out = new AnsiConsoleOutput(writer) }));
        return writer;
    }
}
