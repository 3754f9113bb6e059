using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text;
using Marketplace.Contracts;
using Marketplace.Messaging;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
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
        await using var load = new Load(gateway.Get<RequestClient>());
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
        await using var load = new Load(gateway.Get<RequestClient>());
        await load.MoreAnswersAsync(200, TestContext.Current.CancellationToken);

        await kafka.KillAsync(1, TestContext.Current.CancellationToken);

        await load.MoreAnswersAsync(600, TestContext.Current.CancellationToken);
        await load.EndAsync();
    }

    [Fact(Timeout = 120_000)]
    public async Task One_instance_of_two()
    {
        await using var kafka = await KafkaCluster.StartAsync(brokers: 1, TestContext.Current.CancellationToken);
        await using var redis = new RedisServer();
        await redis.InitializeAsync();
        await using var gateway = await StartGatewayAsync(kafka);
        await using var killed = await ServiceProcess.StartAsync(kafka, redis);
        await using var other = await ServiceProcess.StartAsync(kafka, redis);
        await using var load = new Load(gateway.Get<RequestClient>(), redis);
        await load.MoreAnswersAsync(200, TestContext.Current.CancellationToken);

        await killed.DisposeAsync();

        await load.MoreAnswersAsync(600, TestContext.Current.CancellationToken);
        await load.EndAsync();
    }

    [Fact(Timeout = 120_000)]
    public async Task An_instance_with_a_lasting_name_comes_back_to_its_partitions_and_disturbs_no_other()
    {
        await using var kafka = await KafkaCluster.StartAsync(brokers: 1, TestContext.Current.CancellationToken);
        var (a, b, again) = (new Recorder(), new Recorder(), new Recorder());
        var (first, rebalances) = (await StartNamedAsync(kafka, "a", a, new LogLines()), new LogLines());
        await using var other = await StartNamedAsync(kafka, "b", b, rebalances);
        var sent = 0;
        while (a.Bodies.IsEmpty || b.Bodies.IsEmpty)
        {
            await SendAsync(other.Get<MessageProducer>(), 24);
            await Recorder.WaitForAsync(sent += 24, TestContext.Current.CancellationToken, a, b);
        }

        var before = rebalances.Count("partitions");
        await first.DisposeAsync();
        await using var back = await StartNamedAsync(kafka, "a", again, new LogLines());
        await SendAsync(other.Get<MessageProducer>(), 48);
        await Recorder.WaitForAsync(sent + 48, TestContext.Current.CancellationToken, a, b, again);

        Assert.NotEmpty(again.Bodies);
        Assert.Equal(before, rebalances.Count("partitions"));
    }

    private static byte[] Product(string id) => Encoding.UTF8.GetBytes($"{{\"id\":\"{id}\"}}");

    private static Task SendAsync(MessageProducer producer, int count) => Task.WhenAll(Enumerable.Range(0, count).Select(i => producer.SendAsync(
        new OutgoingMessage { Topic = Market, Type = "test", Key = Encoding.UTF8.GetBytes($"{i}"), Body = "x"u8.ToArray() },
        TestContext.Current.CancellationToken)));

    private static Task<MessagingProcess> StartNamedAsync(KafkaCluster kafka, string name, Recorder recorder, LogLines log) => StartAsync(kafka, (messaging, builder) =>
    {
        builder.Configuration["Messaging:InstanceId"] = name;
        builder.Logging.AddProvider(log);
        builder.Services.AddSingleton(recorder);
        messaging.AddConsumer<Recorder>(Market, Market);
    });

    private static Task<MessagingProcess> StartServiceAsync(KafkaCluster kafka) => StartAsync(kafka, (messaging, _) =>
        messaging.AddConsumer<Answer>(Topics.GetProduct(Market), Market).AddReplyTopic(Topics.Replies));

    private static Task<MessagingProcess> StartGatewayAsync(KafkaCluster kafka) => StartAsync(kafka, (messaging, _) =>
        messaging.AddRequestClient(Topics.Replies).AddTopic(Topics.GetProduct(Market)));

    private static async Task<MessagingProcess> StartAsync(KafkaCluster kafka, Action<MessagingBuilder, HostApplicationBuilder> configure)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new() { ApplicationName = "tests" });
        builder.Configuration.AddInMemoryCollection([new("ConnectionStrings:kafka", kafka.Address)]);
        configure(builder.AddMessaging(), builder);
        var process = new MessagingProcess(builder.Build());
        await process.StartAsync(TestContext.Current.CancellationToken);
        return process;
    }

    /// <summary>The eBay service as it is, in a process of its own. Everything it is asked for is in Redis.</summary>
    private sealed class ServiceProcess : IAsyncDisposable
    {
        private readonly Process _process;
        private bool _ended;

        private ServiceProcess(Process process) => _process = process;

        /// <summary>Starts one, and waits until it has partitions.</summary>
        public static async Task<ServiceProcess> StartAsync(KafkaCluster kafka, RedisServer redis)
        {
            var start = ServicePrograms.Command("Marketplace.Ebay");
            start.RedirectStandardOutput = true;
            foreach (var (name, value) in ((string, string)[])
            [
                ("ConnectionStrings__kafka", kafka.Address),
                ("ConnectionStrings__redis", redis.Address),
                ("ConnectionStrings__marketplace", "Host=127.0.0.1;Port=1;Username=ebay;Password=none;Database=none"),
                ("Ebay__ApiUrl", "http://127.0.0.1:1"),
                ("Ebay__ClientId", "none"),
                ("Ebay__ClientSecret", "none"),
                ("ASPNETCORE_URLS", "http://127.0.0.1:0"),
            ])
            {
                start.Environment[name] = value;
            }

            var service = new ServiceProcess(Process.Start(start)!);
            var joined = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            service._process.OutputDataReceived += (_, line) =>
            {
                if (line.Data is null)
                {
                    joined.TrySetException(new InvalidOperationException("The service ended."));
                }
                else if (line.Data.Contains("partitions assigned", StringComparison.Ordinal))
                {
                    joined.TrySetResult();
                }
            };
            service._process.BeginOutputReadLine();
            try
            {
                await joined.Task.WaitAsync(TestContext.Current.CancellationToken);
                return service;
            }
            catch
            {
                await service.DisposeAsync();
                throw;
            }
        }

        /// <summary>SIGKILL.</summary>
        public async ValueTask DisposeAsync()
        {
            if (!_ended)
            {
                _ended = true;
                _process.Kill();
                await _process.WaitForExitAsync(CancellationToken.None);
                _process.Dispose();
            }
        }
    }

    /// <summary>A steady stream of commands, each of which must get its own answer.</summary>
    private sealed class Load : IAsyncDisposable
    {
        private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(10);
        private static readonly TimeSpan Limit = TimeSpan.FromSeconds(45);

        private readonly RequestClient _client;
        private readonly RedisServer? _redis;
        private readonly CancellationTokenSource _end = new();
        private readonly ConcurrentBag<Task> _asked = [];
        private readonly SemaphoreSlim _answered = new(0);
        private readonly Task _asking;

        /// <param name="client">Who asks.</param>
        /// <param name="redis">Where the service finds the products, if it needs any.</param>
        public Load(RequestClient client, RedisServer? redis = null)
        {
            (_client, _redis) = (client, redis);
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
                var id = $"{i}";
                if (_redis is not null)
                {
                    await _redis.Connection.GetDatabase().StringSetAsync(CachedProduct.Key(Market, id), CachedProduct.Write(Product(id), DateTimeOffset.UtcNow.AddHours(1)));
                }

                _asked.Add(AskAsync(id));
                await timer.WaitForNextTickAsync(CancellationToken.None);
            }
        }

        private async Task AskAsync(string id)
        {
            try
            {
                var bytes = await _client.GetProductAsync(Market, id, Limit, CancellationToken.None);
                Assert.True(ProductReply.TryRead(bytes, out var reply), Encoding.UTF8.GetString(bytes.Span));
                Assert.Equal(Encoding.UTF8.GetString(Product(id)), Encoding.UTF8.GetString(reply.Product.Span));
            }
            finally
            {
                _answered.Release();
            }
        }
    }

    private sealed class Answer(Replies replies) : IMessageHandler
    {
        public async Task HandleAsync(IReadOnlyList<ConsumedMessage> messages, CancellationToken cancellationToken)
        {
            await Task.Yield();
            foreach (var message in messages)
            {
                replies.Send(message, MessageTypes.ProductReply, ProductReply.Write(ProductSource.Cache, Product(Encoding.UTF8.GetString(message.Key.Span))), ProductReply.TooLarge);
            }
        }
    }
}
