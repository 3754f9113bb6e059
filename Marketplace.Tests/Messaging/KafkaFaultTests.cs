using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text;
using Marketplace.Messaging;
using Marketplace.Messaging.Contracts;
using Marketplace.Tests.Ebay;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using Xunit;

namespace Marketplace.Tests.Messaging;

/// <summary>
/// Commands go on being answered, each by its own answer, while a process is killed. Needs processes that can be killed: the Apache
/// Kafka at <c>KAFKA_HOME</c>.
/// </summary>
[Collection(typeof(AloneOnTheMachine))]
public sealed class KafkaFaultTests
{
    private const string Market = "ebay";

    [Fact(Timeout = 120_000)]
    public async Task The_only_broker()
    {
        await using var kafka = await KafkaCluster.StartAsync(brokers: 1, TestContext.Current.CancellationToken);
        await using var service = await StartServiceAsync(kafka);
        await using var gateway = await StartGatewayAsync(kafka);
        await using var load = new Load(gateway.Get<RequestClient>(), id => $"{{\"id\":\"{id}\"}}");
        await load.MoreAnswersAsync(200, TestContext.Current.CancellationToken);

        await kafka.KillAsync(0, TestContext.Current.CancellationToken);
        await kafka.StartBrokerAsync(0, TestContext.Current.CancellationToken);

        await load.MoreAnswersAsync(300, TestContext.Current.CancellationToken);
        await load.EndAsync();
    }

    [Fact(Timeout = 120_000)]
    public async Task One_broker_of_three()
    {
        await using var kafka = await KafkaCluster.StartAsync(brokers: 3, TestContext.Current.CancellationToken);
        await using var service = await StartServiceAsync(kafka);
        await using var gateway = await StartGatewayAsync(kafka);
        await using var load = new Load(gateway.Get<RequestClient>(), id => $"{{\"id\":\"{id}\"}}");
        await load.MoreAnswersAsync(200, TestContext.Current.CancellationToken);

        await kafka.KillAsync(1, TestContext.Current.CancellationToken);

        await load.MoreAnswersAsync(600, TestContext.Current.CancellationToken);
        await load.EndAsync();
    }

    [Fact(Timeout = 120_000)]
    public async Task One_instance_of_two()
    {
        await using var kafka = await KafkaCluster.StartAsync(brokers: 1, TestContext.Current.CancellationToken);
        await using var ebay = await SimulatorServer.StartAsync();
        await using var gateway = await StartGatewayAsync(kafka);
        using var killed = await StartInstanceAsync(kafka, ebay);
        using var other = await StartInstanceAsync(kafka, ebay);
        await using var load = new Load(gateway.Get<RequestClient>(), id => $"{{\"id\":\"{id}\",");
        await load.MoreAnswersAsync(200, TestContext.Current.CancellationToken);

        killed.Kill();

        await load.MoreAnswersAsync(600, TestContext.Current.CancellationToken);
        await load.EndAsync();
        other.Kill();
    }

    private static Task<MessagingProcess> StartServiceAsync(KafkaCluster kafka) => StartAsync(kafka, messaging =>
        messaging.AddConsumer<Answer>(Topics.GetProduct(Market), Market).AddTopic(Topics.Replies));

    private static Task<MessagingProcess> StartGatewayAsync(KafkaCluster kafka) => StartAsync(kafka, messaging =>
        messaging.AddRequestClient().AddTopic(Topics.GetProduct(Market)));

    private static async Task<MessagingProcess> StartAsync(KafkaCluster kafka, Action<MessagingBuilder> configure)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new() { ApplicationName = "tests" });
        builder.Configuration.AddInMemoryCollection([new("ConnectionStrings:kafka", kafka.Address)]);
        configure(builder.AddMessaging());
        var process = new MessagingProcess(builder.Build());
        await process.StartAsync(TestContext.Current.CancellationToken);
        return process;
    }

    // The eBay service as it is, without Redis and Postgres, which it can do without: every answer comes from the simulator.
    private static async Task<Process> StartInstanceAsync(KafkaCluster kafka, SimulatorServer ebay)
    {
        var start = new ProcessStartInfo("dotnet", [typeof(Marketplace.Ebay.EbaySource).Assembly.Location])
        {
            RedirectStandardOutput = true,
            Environment =
            {
                ["ConnectionStrings__kafka"] = kafka.Address,
                ["ConnectionStrings__redis"] = "127.0.0.1:1",
                ["ConnectionStrings__marketplace"] = "Host=127.0.0.1;Port=1;Username=none;Password=none;Database=none",
                ["Ebay__ApiUrl"] = ebay.Address.ToString(),
                ["Ebay__ClientId"] = SimulatorServer.ClientId,
                ["Ebay__ClientSecret"] = SimulatorServer.ClientSecret,
                ["ASPNETCORE_URLS"] = "http://127.0.0.1:0",
            },
        };
        var process = Process.Start(start)!;
        var joined = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        process.OutputDataReceived += (_, line) =>
        {
            if (line.Data is null)
            {
                joined.TrySetException(new InvalidOperationException("The instance ended."));
            }
            else if (line.Data.Contains("more partitions", StringComparison.Ordinal))
            {
                joined.TrySetResult();
            }
        };
        process.BeginOutputReadLine();
        await joined.Task.WaitAsync(TestContext.Current.CancellationToken);
        return process;
    }

    /// <summary>A steady stream of commands, each of which must get its own answer.</summary>
    private sealed class Load : IAsyncDisposable
    {
        private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(10);
        private static readonly TimeSpan Limit = TimeSpan.FromSeconds(45);

        private readonly RequestClient _client;
        private readonly Func<string, string> _expected;
        private readonly CancellationTokenSource _end = new();
        private readonly ConcurrentBag<Task> _asked = [];
        private readonly SemaphoreSlim _answered = new(0);
        private readonly Task _asking;

        /// <param name="client">Who asks.</param>
        /// <param name="expected">What the answer to an id begins with.</param>
        public Load(RequestClient client, Func<string, string> expected)
        {
            (_client, _expected) = (client, expected);
            _asking = AskAllAsync();
        }

        public async Task MoreAnswersAsync(int count, CancellationToken cancellationToken)
        {
            for (var i = 0; i < count; i++)
            {
                await _answered.WaitAsync(cancellationToken);
            }
        }

        /// <summary>Stops asking, and waits for the answers still due: a lost or wrong one fails.</summary>
        public async Task EndAsync()
        {
            await _end.CancelAsync();
            await _asking;
            await Task.WhenAll(_asked);
            TestContext.Current.TestOutputHelper?.WriteLine($"{_asked.Count} commands, all answered");
        }

        public async ValueTask DisposeAsync()
        {
            await _end.CancelAsync();
            await _asking;
            _end.Dispose();
            _answered.Dispose();
        }

        private async Task AskAllAsync()
        {
            using var timer = new PeriodicTimer(Interval);
            for (var i = 1_000_000; !_end.IsCancellationRequested; i++)
            {
                _asked.Add(AskAsync($"{i}"));
                await timer.WaitForNextTickAsync(CancellationToken.None);
            }
        }

        private async Task AskAsync(string id)
        {
            var bytes = await _client.GetProductBytesAsync(Market, id, Limit, CancellationToken.None);
            Assert.True(RawProductReply.TryRead(bytes, out var reply), Encoding.UTF8.GetString(bytes));
            Assert.StartsWith(_expected(id), Encoding.UTF8.GetString(reply.Product.Span), StringComparison.Ordinal);
            _answered.Release();
        }
    }

    private sealed class Answer(Replies replies) : IMessageHandler
    {
        public async Task HandleAsync(IReadOnlyList<ConsumedMessage> messages, CancellationToken cancellationToken)
        {
            await Task.Yield();
            foreach (var message in messages)
            {
                replies.Send(message, RawProductReply.Write(ProductSource.Cache, Encoding.UTF8.GetBytes($"{{\"id\":\"{Encoding.UTF8.GetString(message.Key.Span)}\"}}")));
            }
        }
    }
}

/// <summary>Tests that start several servers of their own, one after the other.</summary>
[CollectionDefinition(DisableParallelization = true)]
public sealed class AloneOnTheMachine;
