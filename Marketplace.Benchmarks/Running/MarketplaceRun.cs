using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using System.Text.RegularExpressions;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Testing;
using Marketplace.Benchmarks.Floors;
using Marketplace.Messaging;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Marketplace.Benchmarks.Running;

/// <summary>The model, started on free ports, with the bare programs beside it. Nothing exports traces: the bare programs do not either.</summary>
internal sealed partial class MarketplaceRun : IAsyncDisposable
{
    private static readonly TimeSpan TimeLimit = TimeSpan.FromMinutes(3);
    private static readonly string[] Marketplaces = ["ebay", "amazon"];

    private readonly DistributedApplication _app;

    private MarketplaceRun(DistributedApplication app, Dictionary<string, object> gatewaySettings, ReferenceExpression emptyRedis) =>
        (_app, GatewaySettings, EmptyRedis) = (app, gatewaySettings, emptyRedis);

    /// <summary>Settings the gateway gets at its next start.</summary>
    public Dictionary<string, object> GatewaySettings { get; }

    /// <summary>A Redis without keys: another of the server's databases.</summary>
    public ReferenceExpression EmptyRedis { get; }

    /// <param name="gatewaySettings">Settings the gateway starts with.</param>
    /// <param name="marketplaceSettings">Settings that the marketplaces' services get at each start.</param>
    public static async Task<MarketplaceRun> StartAsync(Dictionary<string, object>? gatewaySettings = null, Dictionary<string, object>? marketplaceSettings = null)
    {
        gatewaySettings ??= [];
        marketplaceSettings ??= new() { ["Products__CallsPerDay"] = "1000000000" };
        using var limit = new CancellationTokenSource(TimeLimit);
        var builder = await DistributedApplicationTestingBuilder.CreateAsync<Projects.Marketplace_AppHost>(["--vite=false"], limit.Token);
        builder.Services.AddLogging(logging => logging.AddFilter("System.Net.Http", LogLevel.Warning));
        var kafka = Find<IResourceWithConnectionString>("kafka");
        var redis = Find<IResourceWithConnectionString>("redis");
        Find<IResourceWithEnvironment>("kafka").WithEnvironment(context => context.EnvironmentVariables["KAFKA_TOPICS"] +=
            string.Concat(((string[])[FloorTopics.Commands, FloorTopics.Replies, FloorTopics.Echo]).Select(topic => $",{topic}:{MessagingBuilder.DefaultPartitions}")));
        var emptyRedis = ReferenceExpression.Create($"{redis.Resource.ConnectionStringExpression},defaultDatabase=9");
        foreach (var name in Marketplaces)
        {
            Configure(name, marketplaceSettings);
        }

        gatewaySettings.TryAdd("Gateway__RateLimit__ColdReadsPerMinute", "0"); // the load is one client
        Configure("gateway", gatewaySettings);

        var program = typeof(MarketplaceRun).Assembly.Location;
        foreach (var floor in (string[])["http", "ask", "answer"])
        {
            var resource = builder.AddExecutable($"floor-{floor}", "dotnet", Path.GetDirectoryName(program)!, program, "floor", floor)
                .WithReference(kafka).WaitFor(kafka)
                .WithReference(redis).WaitFor(redis)
                .WithExplicitStart();
            if (floor != "answer")
            {
                resource.WithHttpEndpoint(env: "HTTP_PORTS", isProxied: false).WithHttpHealthCheck("/");
            }
        }

        var app = await builder.BuildAsync(limit.Token);
        await app.StartAsync(limit.Token);
        var run = new MarketplaceRun(app, gatewaySettings, emptyRedis);
        await run.WaitAsync("gateway"); // which waits for the marketplaces
        return run;

        void Configure(string resource, Dictionary<string, object> settings) => Find<ProjectResource>(resource).WithEnvironment(Quiet).WithEnvironment(context =>
        {
            foreach (var (name, value) in settings)
            {
                context.EnvironmentVariables[name] = value;
            }
        });

        IResourceBuilder<T> Find<T>(string name)
            where T : IResource =>
            builder.CreateResourceBuilder((T)builder.Resources.Single(resource => resource.Name == name));
    }

    /// <summary>Which broker serves.</summary>
    public static string Broker => string.IsNullOrEmpty(Environment.GetEnvironmentVariable("KAFKA_HOME")) ? "embedded broker" : "Apache Kafka";

    public Uri Address(string resource) => _app.GetEndpoint(resource);

    public async Task<string> ConnectionStringAsync(string resource) => await _app.GetConnectionStringAsync(resource) ?? "";

    public async Task RestartAsync(string resource)
    {
        await CommandAsync(resource, KnownResourceCommands.RestartCommand);
        await WaitAsync(resource);
    }

    public async Task StartAsync(string resource)
    {
        await CommandAsync(resource, KnownResourceCommands.StartCommand);
        await WaitAsync(resource);
    }

    public Task StopAsync(string resource) => CommandAsync(resource, KnownResourceCommands.StopCommand);

    /// <summary>Has a simulator wait before each answer from now on.</summary>
    public async Task SlowDownAsync(string simulator, int latencyMs)
    {
        using var http = _app.CreateHttpClient(simulator);
        using var answer = await http.PostAsJsonAsync("/admin/faults", new { latencyMs });
        answer.EnsureSuccessStatusCode();
    }

    /// <summary>What a resource's process takes of memory, in MiB.</summary>
    public async Task<double> ResidentAsync(string resource)
    {
        using var process = Process.GetProcessById(await ProcessIdAsync(resource));
        return process.WorkingSet64 / 1024.0 / 1024.0;
    }

    /// <summary>What a service has allocated since it started, in bytes.</summary>
    public async Task<double> AllocatedAsync(string resource)
    {
        using var http = _app.CreateHttpClient(resource, "management");
        var metrics = await http.GetStringAsync("/metrics");
        return AllocatedBytes().Match(metrics) is { Success: true } match
            ? double.Parse(match.Groups[1].ValueSpan, NumberStyles.Float, CultureInfo.InvariantCulture)
            : double.NaN;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task<int> ProcessIdAsync(string resource)
    {
        var running = await _app.ResourceNotifications.WaitForResourceAsync(resource, change => change.Snapshot.State?.Text == KnownResourceStates.Running).WaitAsync(TimeLimit);
        return running.Snapshot.Properties.Select(property => property.Value).OfType<int>().First();
    }

    private async Task CommandAsync(string resource, string command)
    {
        var result = await _app.ResourceCommands.ExecuteCommandAsync(resource, command);
        if (!result.Success)
        {
            throw new InvalidOperationException($"{command} of {resource}: {result.Message}");
        }
    }

    private async Task WaitAsync(string resource) => await _app.ResourceNotifications.WaitForResourceHealthyAsync(resource).WaitAsync(TimeLimit);

    // As deployed: the page shown to developers when a request fails is one more step for every request.
    private static void Quiet(EnvironmentCallbackContext context)
    {
        context.EnvironmentVariables["DOTNET_ENVIRONMENT"] = context.EnvironmentVariables["ASPNETCORE_ENVIRONMENT"] = Environments.Production;
        context.EnvironmentVariables["OTEL_EXPORTER_OTLP_ENDPOINT"] = "";
        context.EnvironmentVariables["OTEL_METRICS_EXEMPLAR_FILTER"] = "";
        context.EnvironmentVariables["Logging__LogLevel__Default"] = "Warning";
    }

    [GeneratedRegex(@"^dotnet_gc_heap_total_allocated_bytes_total\S*\s+([0-9.eE+]+)", RegexOptions.Multiline)]
    private static partial Regex AllocatedBytes();
}
