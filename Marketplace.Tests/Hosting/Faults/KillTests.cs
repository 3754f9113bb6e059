using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using Marketplace.Contracts;
using Marketplace.Hosting.Running;
using Marketplace.Tests.Products;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Npgsql;
using Xunit;

namespace Marketplace.Tests.Hosting.Faults;

/// <summary>Real processes, killed one after the other while commands keep coming.</summary>
public sealed class KillTests
{
    private const int Workers = 8;
    private const int Instances = 2;

    // Longer than a killed instance keeps its partitions, so that the instance that takes them over can answer.
    private const int TimeoutSeconds = 60;

    private static readonly TimeSpan StartLimit = TimeSpan.FromMinutes(4);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Whatever_is_killed_under_load_every_command_is_answered_and_every_version_announced()
    {
        await using var model = await StartAsync();
        var kafka = await model.GetConnectionStringAsync("kafka", Cancel);
        await using var asker = await Asker.StartAsync(kafka!, "ebay");
        var load = new Load(asker);

        await load.RunWhileAsync("one of two instances", () => KillServicesAsync(model, 1));
        await load.RunWhileAsync("both instances", () => KillServicesAsync(model, Instances));
        await load.RunWhileAsync("Redis", () => KillServerAsync(model, "redis"));
        await load.RunWhileAsync("Postgres", () => KillServerAsync(model, "postgres"));
        await load.RunWhileAsync("the way to eBay", () => CutAsync(load, model.GetEndpoint("ebay-simulator", "http")));

        var connectionString = $"{await model.GetConnectionStringAsync("marketplace", Cancel)};Search Path=ebay";
        await using var source = NpgsqlDataSource.Create(connectionString);
        await Wait.UntilAsync(async () => await CountAsync(source, "SELECT count(*) FROM outbox") == 0, "the outbox is empty");
        var stored = await VersionsAsync(source);
        await Wait.UntilAsync(() => stored.All(product => asker.Events.Any(announced => announced.Id == product.Id && announced.Version == product.Version)), "the last versions are announced");
        var announced = asker.Events.GroupBy(product => (product.Id, product.Version)).ToDictionary(events => events.Key, events => events.Count());

        load.Report(TestContext.Current.TestOutputHelper!, announced.Values.Sum(), announced.Count);
        Assert.Empty(load.Wrong);
        Assert.Empty(load.Unanswered);
        Assert.Equal(stored.SelectMany(product => Enumerable.Range(1, (int)product.Version).Select(version => (product.Id, (long)version))).ToHashSet(), announced.Keys.ToHashSet());
        await model.ResourceNotifications.WaitForResourceHealthyAsync("ebay", Cancel);
        await Wait.UntilAsync(async () => await AskAsync(asker, "9999001") == (ReplyStatus.Found, ProductSource.External), "eBay is asked again");
    }

    /// <summary>The whole model, with two instances of the service and products that are soon stale.</summary>
    private static async Task<DistributedApplication> StartAsync()
    {
        var builder = await DistributedApplicationTestingBuilder.CreateAsync<Projects.Marketplace_AppHost>(Cancel);
        var ebay = builder.CreateResourceBuilder(builder.Resources.OfType<ProjectResource>().Single(resource => resource.Name == "ebay"));
        ebay.WithReplicas(Instances)
            .WithEnvironment("Products__CallsPerDay", "1000000")
            .WithEnvironment("Products__FreshFor", "00:00:03")
            .WithEndpoint("http", endpoint => endpoint.IsProxied = true)
            .WithEndpoint("grpc", endpoint => endpoint.IsProxied = true)
            .WithEndpoint("management", endpoint => endpoint.IsProxied = true);
        var model = await builder.BuildAsync(Cancel);
        await model.StartAsync(Cancel).WaitAsync(StartLimit, Cancel);
        await model.ResourceNotifications.WaitForResourceHealthyAsync("gateway", Cancel).WaitAsync(StartLimit, Cancel);
        return model;
    }

    private static async Task KillServicesAsync(DistributedApplication model, int count)
    {
        var instances = await InstancesAsync(model);
        await Task.WhenAll(instances.Take(count).Select(instance => KillAndStartAsync(model, instance, ProcessIdOf(instance)!.Value)));
    }

    private static async Task KillServerAsync(DistributedApplication model, string server)
    {
        var listening = PortOwner.Find(model.GetEndpoint(server, "tcp").Port)!.Value;
        var running = await model.ResourceNotifications.WaitForResourceAsync(server, change => change.Snapshot.State?.Text == KnownResourceStates.Running, Cancel);
        await KillAndStartAsync(model, running, listening);
    }

    /// <summary>SIGKILL, no chance to finish anything, and a start by hand: the orchestrator of a developer's machine restarts nothing by itself.</summary>
    private static async Task KillAndStartAsync(DistributedApplication model, ResourceEvent running, int processId)
    {
        var (resource, id) = (running.Resource.Name, running.ResourceId);
        using (var process = Process.GetProcessById(processId))
        {
            process.Kill();
        }

        await model.ResourceNotifications.WaitForResourceAsync(resource, change => change.ResourceId == id && KnownResourceStates.TerminalStates.Contains(change.Snapshot.State?.Text), Cancel);
        var result = await model.ResourceCommands.ExecuteCommandAsync(id, KnownResourceCommands.StartCommand, Cancel);
        Assert.True(result.Success, result.Message);
        await model.ResourceNotifications.WaitForResourceAsync(resource, change => change.ResourceId == id && change.Snapshot.HealthStatus == HealthStatus.Healthy, Cancel);
    }

    private static int? ProcessIdOf(ResourceEvent change) =>
        change.Snapshot.Properties.FirstOrDefault(property => property.Name == "executable.pid")?.Value as int?;

    /// <summary>The processes of the service's instances, once all of them run.</summary>
    private static async Task<IReadOnlyCollection<ResourceEvent>> InstancesAsync(DistributedApplication model)
    {
        var instances = new Dictionary<string, ResourceEvent>();
        await foreach (var change in model.ResourceNotifications.WatchAsync(Cancel))
        {
            if (change.Resource.Name == "ebay" && change.Snapshot.State?.Text == KnownResourceStates.Running && ProcessIdOf(change) is not null)
            {
                instances[change.ResourceId] = change;
                if (instances.Count == Instances)
                {
                    break;
                }
            }
        }

        return instances.Values;
    }

    private static async Task CutAsync(Load load, Uri simulator)
    {
        var before = load.Failures;
        using var http = new HttpClient { BaseAddress = simulator };
        (await http.PostAsJsonAsync("/admin/faults", new { path = "/", abort = true }, Cancel)).EnsureSuccessStatusCode();
        await Wait.UntilAsync(() => load.Failures > before + 20, "the cut is noticed");
        (await http.DeleteAsync("/admin/faults", Cancel)).EnsureSuccessStatusCode();
    }

    private static async Task<(ReplyStatus, ProductSource?)> AskAsync(Asker asker, string id)
    {
        var reply = await asker.AskAsync(id, TimeoutSeconds);
        return (reply.Status, reply.Source);
    }

    private static async Task<long> CountAsync(NpgsqlDataSource source, string sql)
    {
        await using var command = source.CreateCommand(sql);
        return (long)(await command.ExecuteScalarAsync(Cancel))!;
    }

    private static async Task<List<(string Id, long Version)>> VersionsAsync(NpgsqlDataSource source)
    {
        await using var command = source.CreateCommand("SELECT id, version FROM products");
        await using var reader = await command.ExecuteReaderAsync(Cancel);
        var versions = new List<(string, long)>();
        while (await reader.ReadAsync(Cancel))
        {
            versions.Add((reader.GetString(0), reader.GetInt64(1)));
        }

        return versions;
    }

    /// <summary>Commands at a steady pace: known products, and every fourth one new.</summary>
    private sealed class Load(Asker asker)
    {
        private readonly ConcurrentDictionary<string, string> _titles = new();
        private readonly List<string> _lines = [];
        private int _next = 9_000_000;
        private int _sent;
        private int _found;
        private int _failures;

        public ConcurrentQueue<string> Wrong { get; } = new();

        public ConcurrentQueue<string> Unanswered { get; } = new();

        public int Failures => Volatile.Read(ref _failures);

        /// <summary>Asks until a fault has come and gone and products are found again.</summary>
        public async Task RunWhileAsync(string name, Func<Task> fault)
        {
            var (sent, found, failures) = (_sent, _found, _failures);
            using var over = new CancellationTokenSource();
            var workers = Enumerable.Range(0, Workers).Select(_ => WorkAsync(over.Token)).ToList();
            await fault();
            var before = Volatile.Read(ref _found);
            await Wait.UntilAsync(() => Volatile.Read(ref _found) > before + 100, $"products are found again after {name}");
            await over.CancelAsync();
            await Task.WhenAll(workers);
            _lines.Add($"{name}: {_sent - sent} sent, {_found - found} found, {_failures - failures} failed with a code");
        }

        public void Report(ITestOutputHelper output, int events, int versions)
        {
            _lines.ForEach(output.WriteLine);
            output.WriteLine($"all: {_sent} sent, {_found + _failures} answered, {Unanswered.Count} unanswered, {Wrong.Count} wrong; {versions} versions, {events} events, {events - versions} of them duplicates");
        }

        private async Task WorkAsync(CancellationToken over)
        {
            using var pace = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
            while (!over.IsCancellationRequested)
            {
                await AskAsync();
                await pace.WaitForNextTickAsync(CancellationToken.None);
            }
        }

        private async Task AskAsync()
        {
            var number = Interlocked.Increment(ref _next);
            var id = (number % 4 == 0 ? number - (number % 1000 is (>= 404 and <= 408) or 600 ? 10 : 0) : 9_000_000 + (number % 37)).ToString(CultureInfo.InvariantCulture);
            Interlocked.Increment(ref _sent);
            try
            {
                var reply = await asker.AskAsync(id, TimeoutSeconds);
                if (reply.Status == ReplyStatus.Failed)
                {
                    Interlocked.Increment(ref _failures);
                    return;
                }

                Interlocked.Increment(ref _found);
                if (reply.Product?.Id != id || _titles.GetOrAdd(id, reply.Product.Title) != reply.Product.Title)
                {
                    Wrong.Enqueue($"{id}: {reply.Status} {reply.Product?.Id} {reply.Product?.Title}");
                }
            }
            catch (Exception exception) when (!Cancel.IsCancellationRequested)
            {
                Unanswered.Enqueue($"{id}: {exception.Message}");
            }
        }
    }
}
