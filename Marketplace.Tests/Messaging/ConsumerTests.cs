using System.Globalization;
using System.Text;
using Confluent.Kafka;
using Marketplace.Messaging;
using Marketplace.Tests.Products;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Xunit;

namespace Marketplace.Tests.Messaging;

[Collection(typeof(SharedKafka))]
public sealed class ConsumerTests(KafkaBroker kafka)
{
    private KeyValuePair<string, string?>[] _settings = [];
    private string _topic = "";

    [Fact(Timeout = 120_000)]
    public async Task Messages_that_waited_together_are_handled_together()
    {
        _topic = kafka.TakePartitionedTopic();
        await SendAsync(Enumerable.Range(0, 500).Select(i => $"{i}"));
        var handler = new Recorder();

        await using var process = await StartAsync(handler, options => options.MaxBatchSize = 100);
        await handler.WaitForAsync(500, TestContext.Current.CancellationToken);

        Assert.Contains(handler.BatchSizes, size => size > 1);
        Assert.All(handler.BatchSizes, size => Assert.InRange(size, 1, 100));
    }

    [Fact(Timeout = 120_000)]
    public async Task After_a_restart_work_goes_on_where_the_first_unfinished_message_was()
    {
        _topic = kafka.TakeTopic();
        await SendAsync(["0", "1", "stuck", "3", "4"]);
        var first = new Recorder(async (message, cancellationToken) =>
        {
            if (Recorder.Body(message) == "stuck")
            {
                await Task.Delay(Timeout.Infinite, cancellationToken);
            }
        });
        await using (await StartAsync(first, options => (options.MaxBatchSize, options.DrainTimeout) = (1, TimeSpan.FromMilliseconds(100))))
        {
            await first.WaitForAsync(4, TestContext.Current.CancellationToken);
        }

        var second = new Recorder();
        await using var process = await StartAsync(second);
        await second.WaitForAsync(3, TestContext.Current.CancellationToken);

        Assert.Equal(["0", "1", "3", "4"], first.Bodies.Order());
        Assert.Equal(["stuck", "3", "4"], second.Bodies);
    }

    [Fact(Timeout = 120_000)]
    public async Task A_stopping_process_finishes_what_it_has_begun()
    {
        _topic = kafka.TakeTopic();
        await SendAsync(["slow"]);
        var begun = new TaskCompletionSource();
        var mayEnd = new TaskCompletionSource();
        var handler = new Recorder(async (_, _) =>
        {
            begun.SetResult();
            await mayEnd.Task;
        });
        var process = await StartAsync(handler);
        await begun.Task.WaitAsync(TestContext.Current.CancellationToken);

        var stopping = process.StopAsync();
        Assert.False(stopping.IsCompleted);
        mayEnd.SetResult();
        await stopping;
        await process.DisposeAsync();

        await SendAsync(["next"]);
        var after = new Recorder();
        await using var next = await StartAsync(after);
        await after.WaitForAsync(1, TestContext.Current.CancellationToken);
        Assert.Equal(["slow"], handler.Bodies);
        Assert.Equal(["next"], after.Bodies);
    }

    [Theory(Timeout = 120_000)]
    [MemberData(nameof(KafkaBroker.Protocols), MemberType = typeof(KafkaBroker))]
    public async Task A_process_that_stops_under_load_leaves_nothing_half_done_and_nothing_to_do_again(GroupProtocol protocol)
    {
        _settings = [KafkaBroker.ConsumerSetting("GroupProtocol", protocol)];
        const int Count = 3_000;
        _topic = kafka.TakePartitionedTopic();
        await SendAsync(Enumerable.Range(0, Count).Select(i => $"{i}"));
        var first = new Recorder(async (_, _) => await Task.Yield());
        var process = await StartAsync(first, options => (options.MaxInFlight, options.MaxBatchSize) = (50, 10));
        await first.WaitForAsync(Count / 10, TestContext.Current.CancellationToken);

        await process.StopAsync();
        await process.DisposeAsync();
        var done = first.Bodies.Count;
        Assert.InRange(done, Count / 10, Count - 1);

        var second = new Recorder();
        await using var next = await StartAsync(second);
        await second.WaitForAsync(Count - done, TestContext.Current.CancellationToken);
        Assert.Equal(Count, first.Bodies.Concat(second.Bodies).Distinct().Count());
        Assert.Equal(Count, first.Bodies.Count + second.Bodies.Count);
    }

    [Fact(Timeout = 120_000)]
    public async Task A_message_without_an_envelope_goes_to_the_dead_letters_as_it_was_and_the_next_is_handled()
    {
        _topic = kafka.TakeTopic();
        var handler = new Recorder();
        await using var process = await StartAsync(handler);

        await kafka.ProduceAsync(_topic, ("k", "{]", new Headers { { "own", "value"u8.ToArray() } }), ("k", "good", KafkaBroker.CloudEvent("1")));
        await handler.WaitForAsync(1, TestContext.Current.CancellationToken);
        var letter = Assert.Single(await kafka.ReadAsync(DeadLetterQueue.TopicOf(_topic), 1, TestContext.Current.CancellationToken));

        Assert.Equal(["good"], handler.Bodies);
        Assert.Equal(("k", "{]"), (letter.Message.Key, letter.Message.Value));
        Assert.Equal("value", Header(letter, "own"));
        Assert.Equal("invalid-envelope", Header(letter, "error-type"));
        Assert.Equal("The header ce_specversion is missing.", Header(letter, "error-message"));
        Assert.Equal("1", Header(letter, "error-attempts"));
        Assert.Equal($"{_topic}/0/0", Header(letter, "error-origin"));
    }

    [Fact(Timeout = 120_000)]
    public async Task One_poison_message_in_a_batch_goes_alone()
    {
        _topic = kafka.TakeTopic();
        await SendAsync(["a", "poison", "b", "c"]);
        var handler = new Recorder((message, _) => Recorder.Body(message) == "poison"
            ? throw new PoisonMessageException("bad-body", "It is poison.")
            : Task.CompletedTask);

        await using var process = await StartAsync(handler);
        var letter = Assert.Single(await kafka.ReadAsync(DeadLetterQueue.TopicOf(_topic), 1, TestContext.Current.CancellationToken));
        await handler.WaitForAsync(3, TestContext.Current.CancellationToken);

        Assert.Equal("poison", letter.Message.Value);
        Assert.Equal("bad-body", Header(letter, "error-type"));
        Assert.Equal(["a", "b", "c"], handler.Bodies.Distinct().Order());
    }

    [Fact(Timeout = 120_000)]
    public async Task A_failure_that_passes_is_tried_again_until_it_has()
    {
        _topic = kafka.TakeTopic();
        await SendAsync(["flaky"]);
        var handler = new Recorder((message, _) => message.Attempts < 3 ? throw new TimeoutException() : Task.CompletedTask);

        await using var process = await StartAsync(handler, options => options.RetryDelay = TimeSpan.FromMilliseconds(1));
        await handler.WaitForAsync(1, TestContext.Current.CancellationToken);

        Assert.Equal(["flaky"], handler.Bodies);
    }

    [Fact(Timeout = 120_000)]
    public async Task A_failure_that_stays_ends_among_the_dead_letters_with_the_number_of_attempts()
    {
        _topic = kafka.TakeTopic();
        await SendAsync(["hopeless", "fine"]);
        var handler = new Recorder((message, _) => Recorder.Body(message) == "hopeless" ? throw new TimeoutException("secret") : Task.CompletedTask);

        await using var process = await StartAsync(handler, options => (options.MaxAttempts, options.RetryDelay) = (3, TimeSpan.FromMilliseconds(1)));
        var letter = Assert.Single(await kafka.ReadAsync(DeadLetterQueue.TopicOf(_topic), 1, TestContext.Current.CancellationToken));
        await handler.WaitForAsync(1, TestContext.Current.CancellationToken);

        Assert.Equal("hopeless", letter.Message.Value);
        Assert.Equal("handler-failed", Header(letter, "error-type"));
        Assert.Equal("TimeoutException", Header(letter, "error-message"));
        Assert.Equal("3", Header(letter, "error-attempts"));
        Assert.Contains("fine", handler.Bodies);
    }

    [Fact(Timeout = 120_000)]
    public async Task A_command_whose_deadline_has_passed_is_dropped()
    {
        _topic = kafka.TakeTopic();
        var past = DateTimeOffset.UtcNow.AddSeconds(-1).ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture);
        var handler = new Recorder();
        await using var process = await StartAsync(handler);

        await kafka.ProduceAsync(_topic, ("k", "late", KafkaBroker.CloudEvent("1", ("deadline", past))), ("k", "in time", KafkaBroker.CloudEvent("2")));
        await handler.WaitForAsync(1, TestContext.Current.CancellationToken);

        Assert.Equal(["in time"], handler.Bodies);
    }

    [Fact(Timeout = 120_000)]
    public async Task No_more_messages_are_unfinished_than_allowed()
    {
        _topic = kafka.TakePartitionedTopic();
        await SendAsync(Enumerable.Range(0, 300).Select(i => $"{i}"));
        var (now, most) = (0, 0);
        var handler = new Recorder(async (_, _) =>
        {
            InterlockedMax(ref most, Interlocked.Increment(ref now));
            await Task.Yield();
            Interlocked.Decrement(ref now);
        });

        await using var process = await StartAsync(handler, options => (options.MaxInFlight, options.MaxBatchSize) = (10, 4));
        await handler.WaitForAsync(300, TestContext.Current.CancellationToken);

        Assert.InRange(most, 1, 10);
        Assert.Equal(300, handler.Bodies.Distinct().Count());
    }

    [Fact(Timeout = 120_000)]
    public async Task In_order_means_in_order_for_a_key()
    {
        _topic = kafka.TakePartitionedTopic();
        await SendAsync(Enumerable.Range(0, 400).Select(i => $"{i}"), key: i => $"key {i % 7}");
        var handler = new Recorder(async (_, _) => await Task.Yield());

        await using var process = await StartAsync(handler, options => (options.InOrder, options.MaxBatchSize) = (true, 5));
        await handler.WaitForAsync(400, TestContext.Current.CancellationToken);

        var numbers = handler.Bodies.Select(body => int.Parse(body, CultureInfo.InvariantCulture));
        Assert.All(numbers.GroupBy(number => number % 7), group => Assert.Equal(group.Order(), group));
    }

    [Theory(Timeout = 120_000)]
    [MemberData(nameof(KafkaBroker.Protocols), MemberType = typeof(KafkaBroker))]
    public async Task Instances_of_a_group_share_the_work_and_take_over_from_one_that_leaves(GroupProtocol protocol)
    {
        _settings = [KafkaBroker.ConsumerSetting("GroupProtocol", protocol)];
        _topic = kafka.TakePartitionedTopic();
        var (one, other) = (new Recorder(), new Recorder());
        var leaving = await StartAsync(one);
        await using var staying = await StartAsync(other);

        var sent = 0;
        while (one.Bodies.IsEmpty || other.Bodies.IsEmpty)
        {
            await SendAsync(Enumerable.Range(sent, 24).Select(i => $"{i}"));
            sent += 24;
            await Recorder.WaitForAsync(sent, TestContext.Current.CancellationToken, one, other);
        }

        await leaving.DisposeAsync();
        await SendAsync(Enumerable.Range(sent, 100).Select(i => $"{i}"));
        await Recorder.WaitForAsync(sent + 100, TestContext.Current.CancellationToken, one, other);

        Assert.Equal(sent + 100, one.Bodies.Concat(other.Bodies).Distinct().Count());
    }

    [Theory(Timeout = 120_000)]
    [MemberData(nameof(KafkaBroker.Protocols), MemberType = typeof(KafkaBroker))]
    public async Task A_broadcast_is_heard_by_every_instance_from_its_start_on(GroupProtocol protocol)
    {
        _settings = [KafkaBroker.ConsumerSetting("GroupProtocol", protocol)];
        _topic = kafka.TakePartitionedTopic();
        await SendAsync(["before"]);
        var (one, other) = (new Recorder(), new Recorder());
        await using var first = await StartBroadcastAsync(one);
        await using var second = await StartBroadcastAsync(other);

        await SendAsync(["after"]);
        await Task.WhenAll(one.WaitForAsync(1, TestContext.Current.CancellationToken), other.WaitForAsync(1, TestContext.Current.CancellationToken));

        Assert.Equal(["after"], one.Bodies);
        Assert.Equal(["after"], other.Bodies);
    }

    [Fact(Timeout = 120_000)]
    public async Task What_is_sent_while_a_broadcast_begins_anew_is_heard()
    {
        _topic = kafka.TakePartitionedTopic();
        var (heard, log, clock) = (new Recorder(), new LogLines(), new ClockThatFailsOnce());
        await using var process = await kafka.StartAsync((messaging, services) =>
        {
            services.AddSingleton<TimeProvider>(clock);
            services.AddLogging(logging => logging.AddProvider(log));
            services.AddSingleton(heard);
            messaging.AddBroadcastConsumer<Recorder>([_topic]);
        });
        await SendAsync(["before"]);
        await heard.WaitForAsync(1, TestContext.Current.CancellationToken);

        clock.Fail();
        await Wait.UntilAsync(() => log.Count("the session failed and is restarted") == 1, "the session has ended");
        await SendAsync(["meanwhile"]);
        await heard.WaitForAsync(2, TestContext.Current.CancellationToken);

        Assert.Equal(["before", "meanwhile"], heard.Bodies);
    }

    private static string Header(ConsumeResult<string, string> letter, string name) => Encoding.UTF8.GetString(letter.Message.Headers.GetLastBytes(name));

    private static void InterlockedMax(ref int most, int value)
    {
        for (var seen = Volatile.Read(ref most); value > seen; seen = Volatile.Read(ref most))
        {
            Interlocked.CompareExchange(ref most, value, seen);
        }
    }

    private async Task SendAsync(IEnumerable<string> bodies, Func<int, string>? key = null)
    {
        await using var process = await kafka.StartAsync((messaging, _) => messaging.AddTopic(_topic));
        var producer = process.Get<MessageProducer>();
        await Task.WhenAll(bodies.Select((body, i) => producer.SendAsync(
            new OutgoingMessage
            {
                Topic = _topic,
                Type = "test",
                Key = Encoding.UTF8.GetBytes(key is null ? body : key(i)),
                Body = Encoding.UTF8.GetBytes(body),
            },
            TestContext.Current.CancellationToken)));
    }

    private Task<MessagingProcess> StartAsync(Recorder handler, Action<ConsumerOptions>? configure = null) => kafka.StartAsync((messaging, services) =>
    {
        services.AddSingleton(handler);
        messaging.AddConsumer<Recorder>(_topic, _topic, configure);
    }, _settings);

    private Task<MessagingProcess> StartBroadcastAsync(Recorder handler) => kafka.StartAsync((messaging, services) =>
    {
        services.AddSingleton(handler);
        messaging.AddBroadcastConsumer<Recorder>([_topic]);
    }, _settings);

    /// <summary>Stands for an error that ends a consumer's session: throws once on its thread.</summary>
    private sealed class ClockThatFailsOnce : TimeProvider
    {
        private int _isFailing;

        public void Fail() => _isFailing = 1;

        public override long GetTimestamp() =>
            Thread.CurrentThread.Name?.StartsWith("kafka ", StringComparison.Ordinal) == true && Interlocked.Exchange(ref _isFailing, 0) == 1
                ? throw new InvalidOperationException("The session is to end.")
                : base.GetTimestamp();
    }
}
