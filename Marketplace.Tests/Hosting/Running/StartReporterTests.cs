using Aspire.Hosting.Lifecycle;
using Marketplace.Hosting.Running;
using Marketplace.Tests.EndToEnd;
using Xunit;

namespace Marketplace.Tests.Hosting.Running;

/// <summary>What the console says of resources that ended.</summary>
public sealed class StartReporterTests : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(1);

    private readonly TextWriter _console = Console.Error;
    private readonly StringWriter _errors = new();

    public StartReporterTests() => Console.SetError(TextWriter.Synchronized(_errors));

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => Console.SetError(_console);

    [Fact]
    public async Task A_failure_is_reported_and_a_stop_that_was_asked_for_is_not()
    {
        var builder = DistributedApplication.CreateBuilder(new DistributedApplicationOptions { AssemblyName = "Marketplace.AppHost", DisableDashboard = true });
        builder.Configuration["DcpPublisher:RandomizePorts"] = "true";
        builder.Services.TryAddEventingSubscriber<StartReporter>();
        builder.AddExecutable("stopped", "sleep", ".", "600");
        builder.AddExecutable("failing", "sh", ".", "-c", "exit 3").WithExplicitStart();
        await using var app = builder.Build();
        await app.StartAsync(Cancel).WaitAsync(Limit, Cancel);
        await app.ResourceNotifications.WaitForResourceAsync("stopped", KnownResourceStates.Running, Cancel).WaitAsync(Limit, Cancel);

        Assert.True((await app.ResourceCommands.ExecuteCommandAsync("stopped", KnownResourceCommands.StopCommand, Cancel)).Success);
        await app.ResourceNotifications.WaitForResourceAsync("stopped", KnownResourceStates.TerminalStates, Cancel).WaitAsync(Limit, Cancel);
        await app.ResourceCommands.ExecuteCommandAsync("failing", KnownResourceCommands.StartCommand, Cancel);

        // Changes are reported in their order, so what there was to say of the first has been said.
        var errors = await Eventually.GetAsync(_ => Task.FromResult(_errors.ToString()), text => text.Contains("failing:", StringComparison.Ordinal), Limit, Cancel);
        Assert.Contains("failing: ended with exit code 3.", errors, StringComparison.Ordinal);
        Assert.DoesNotContain("stopped:", errors, StringComparison.Ordinal);
        await app.StopAsync(Cancel);
    }
}
