using System.Net;
using System.Net.Sockets;
using Xunit;

namespace Marketplace.Tests.Hosting.Running;

/// <summary>Ports that cannot be had are told before anything starts.</summary>
public sealed class PortTests
{
    [Fact]
    public async Task Taken_ports_are_named_together_with_their_owner_and_nothing_is_left_running()
    {
        using var first = Listen(out var firstPort);
        using var second = Listen(out var secondPort);
        await using var model = new RunningModel("--fixed-ports=true");
        model.AddScript("gateway", "touch started; sleep 1000").WithHttpEndpoint(port: firstPort);
        model.AddScript("service", "touch started; sleep 1000").WithHttpEndpoint(port: secondPort);
        model.AddScript("other", "touch started; sleep 1000");

        var exception = await Assert.ThrowsAsync<DistributedApplicationException>(model.StartAsync);

        var self = $"(process {Environment.ProcessId})";
        Assert.Collection(
            exception.Errors,
            error => Assert.True(error.StartsWith($"gateway: its endpoint 'http' needs port {firstPort}", StringComparison.Ordinal) && error.Contains(self, StringComparison.Ordinal), error),
            error => Assert.True(error.StartsWith($"service: its endpoint 'http' needs port {secondPort}", StringComparison.Ordinal) && error.Contains(self, StringComparison.Ordinal), error));
        Assert.False(File.Exists(model.PathOf("started")));
    }

    [Fact]
    public async Task After_a_failed_start_the_checkout_can_be_started_again()
    {
        using var taken = Listen(out var port);
        await using var model = new RunningModel("--fixed-ports=true");
        model.AddScript("gateway", "sleep 1000").WithHttpEndpoint(port: port);
        await Assert.ThrowsAsync<DistributedApplicationException>(model.StartAsync);
        await model.App.DisposeAsync();

        taken.Dispose();
        var builder = DistributedApplication.CreateBuilder(new DistributedApplicationOptions { ProjectDirectory = model.Folder, DisableDashboard = true });
        ((DistributedApplicationBuilder)builder).Options.IsTest = true;
        builder.AddExecutable("gateway", "sleep", model.Folder, "1000").WithHttpEndpoint(port: port);
        await using var app = builder.Build();
        await app.StartAsync(RunningModel.Cancel);
        await app.ResourceNotifications.WaitForResourceHealthyAsync("gateway", RunningModel.Cancel);
    }

    [Fact]
    public async Task Isolated_runs_take_free_ports_instead()
    {
        using var taken = Listen(out var port);
        await using var model = new RunningModel();
        var gateway = model.AddScript("gateway", "sleep 1000").WithHttpEndpoint(port: port);
        await model.StartAsync();

        await model.HealthyAsync("gateway");
        Assert.NotEqual(port, gateway.GetEndpoint("http").Port);
        Assert.Equal([gateway.GetEndpoint("http").Url], model.Snapshot("gateway").Urls.Select(url => url.Url));
    }

    [Fact]
    public async Task A_bad_model_starts_nothing()
    {
        using var taken = Listen(out var port);
        await using var model = new RunningModel("--fixed-ports=true");
        var first = model.AddScript("first", "touch started; sleep 1000");
        var second = model.AddScript("second", "touch started; sleep 1000").WaitFor(first);
        first.WaitFor(second);
        model.AddScript("twice", "touch started").WithHttpEndpoint(port: port);
        model.AddScript("twice", "touch started");

        var exception = await Assert.ThrowsAsync<DistributedApplicationException>(model.StartAsync);

        Assert.Contains(exception.Errors, error => error.Contains("waits for itself", StringComparison.Ordinal));
        Assert.Contains(exception.Errors, error => error.StartsWith("twice: 2 resources", StringComparison.Ordinal));
        Assert.Contains(exception.Errors, error => error.StartsWith($"twice: its endpoint 'http' needs port {port}", StringComparison.Ordinal));
        Assert.False(File.Exists(model.PathOf("started")));
    }

    private static TcpListener Listen(out int port)
    {
        var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        port = ((IPEndPoint)listener.LocalEndpoint).Port;
        return listener;
    }
}
