using System.Globalization;
using Marketplace.Hosting.Processes;
using Marketplace.Hosting.Running.Logs;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Marketplace.Tests.Hosting.Running;

/// <summary>A small model of shell scripts, in a folder of its own, on free ports.</summary>
internal sealed class RunningModel : IAsyncDisposable
{
    private DistributedApplication? _app;

    public RunningModel(params string[] args)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "The resources of this test are shell scripts.");
        Folder = Directory.CreateTempSubdirectory("running-model-").FullName;
        Builder = DistributedApplication.CreateBuilder(new DistributedApplicationOptions { Args = args, ProjectDirectory = Folder, DisableDashboard = true });
        var options = ((DistributedApplicationBuilder)Builder).Options;
        options.IsTest = true;
        options.IsIsolated = !args.Contains("--fixed-ports=true");
    }

    public static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public string Folder { get; }

    public IDistributedApplicationBuilder Builder { get; }

    public DistributedApplication App => _app ??= Builder.Build();

    public ResourceNotificationService Notifications => App.ResourceNotifications;

    /// <summary>Adds a resource that runs a script in the model's folder.</summary>
    public IResourceBuilder<ExecutableResource> AddScript(string name, string script) => Builder.AddExecutable(name, "sh", Folder, "-c", script);

    /// <summary>Makes a resource healthy from when a file is there.</summary>
    public IResourceBuilder<ExecutableResource> AddScriptHealthyWith(string name, string script, string file)
    {
        var key = $"{name}-file";
        Builder.Services.AddHealthChecks().AddCheck(key, () => File.Exists(PathOf(file))
            ? Microsoft.Extensions.Diagnostics.HealthChecks.HealthCheckResult.Healthy()
            : Microsoft.Extensions.Diagnostics.HealthChecks.HealthCheckResult.Unhealthy($"{file} is missing"));
        return AddScript(name, script).WithHealthCheck(key);
    }

    public Task StartAsync() => App.StartAsync(Cancel);

    public string PathOf(string file) => Path.Combine(Folder, file);

    public void Write(string file, string text = "") => File.WriteAllText(PathOf(file), text);

    public Task<ResourceEvent> HealthyAsync(string resource) => Notifications.WaitForResourceHealthyAsync(resource, Cancel);

    public Task<ResourceEvent> WaitAsync(string resource, string state) =>
        Notifications.WaitForResourceAsync(resource, change => change.Snapshot.State?.Text == state, Cancel);

    public async Task<ExecuteCommandResult> CommandAsync(string resource, string command) =>
        await App.ResourceCommands.ExecuteCommandAsync(resource, command, Cancel);

    public CustomResourceSnapshot Snapshot(string id) => Notifications.Find(id)?.Snapshot ?? throw new InvalidOperationException($"There is no '{id}'.");

    public int ProcessId(string id) => Snapshot(id).Property("ProcessId") is int processId ? processId
        : throw new InvalidOperationException($"'{id}' has no process: it is {Snapshot(id).State?.Text} ({Snapshot(id).Reason}). Its log ends with:\n{string.Join('\n', LogOf(id).TakeLast(60))}");

    public string[] LogOf(string id) => [.. App.Services.GetRequiredService<ConsoleLogs>().Of(id).Last(1000).Select(line => line.Text)];

    /// <summary>The first line a resource logs that satisfies a condition.</summary>
    public async Task<string> LoggedAsync(string id, Func<string, bool> accepted)
    {
        await foreach (var line in App.Services.GetRequiredService<ConsoleLogs>().Of(id).ReadAsync(after: 0, follow: true, Cancel))
        {
            if (accepted(line.Text))
            {
                return line.Text;
            }
        }

        throw new InvalidOperationException("The log ended.");
    }

    /// <summary>Whether a process still runs; one that has ended and waits to be collected does not.</summary>
    public static bool IsAlive(int processId) => ProcessIdentity.Of(processId) is not null;

    /// <summary>A process id that a script wrote.</summary>
    public int ReadProcessId(string file) => int.Parse(File.ReadAllText(PathOf(file)), CultureInfo.InvariantCulture);

    public async ValueTask DisposeAsync()
    {
        if (_app is not null)
        {
            await _app.DisposeAsync();
        }

        Directory.Delete(Folder, recursive: true);
    }
}
