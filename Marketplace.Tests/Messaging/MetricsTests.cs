using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Marketplace.Messaging;
using Marketplace.Tests.Products;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Marketplace.Tests.Messaging;

[Collection(typeof(SharedKafka))]
public sealed class MetricsTests(KafkaBroker kafka)
{
    [Fact(Timeout = 120_000)]
    public async Task What_waits_what_is_in_hand_what_was_set_aside_and_what_came_too_late_can_be_seen()
    {
        var topic = kafka.TakeTopic();
        using var metrics = new Measurements(topic);
        var mayEnd = new TaskCompletionSource();
        var begun = new TaskCompletionSource();
        var recorder = new Recorder(async (message, _) =>
        {
            if (Recorder.Body(message) == "slow")
            {
                begun.TrySetResult();
                await mayEnd.Task;
            }
        });
        await using var process = await kafka.StartAsync((messaging, services) =>
        {
            services.AddSingleton(recorder);
            messaging.AddConsumer<Recorder>(topic, topic, options => options.InOrder = true);
        });

        await kafka.ProduceAsync(topic, ("k", "no envelope", []), ("k", "late", KafkaBroker.CloudEvent("1", ("deadline", "1"))), ("k", "slow", KafkaBroker.CloudEvent("2")));
        await begun.Task.WaitAsync(TestContext.Current.CancellationToken);
        await kafka.ProduceAsync(topic, ("k", "next", KafkaBroker.CloudEvent("3")), ("k", "last", KafkaBroker.CloudEvent("4")));

        await metrics.WaitForAsync("marketplace.messaging.consumer.lag", lag => lag == 3);
        Assert.InRange(metrics["marketplace.messaging.in_flight"], 1, 3);
        Assert.Equal(1, metrics["marketplace.messaging.expired"]);
        Assert.Equal(1, metrics["marketplace.messaging.dead_letters/invalid-envelope"]);

        mayEnd.SetResult();
        await recorder.WaitForAsync(3, TestContext.Current.CancellationToken);
        await metrics.WaitForAsync("marketplace.messaging.consumer.lag", lag => lag == 0);
        await metrics.WaitForAsync("marketplace.messaging.in_flight", inFlight => inFlight == 0);
        Assert.Equal(3, metrics["messaging.client.consumed.messages"]);
        Assert.Equal(1, metrics["marketplace.messaging.dead_letters/invalid-envelope"]);
        Assert.Equal(DeadLetterQueue.TopicOf(topic), (await kafka.ReadAsync(DeadLetterQueue.TopicOf(topic), 1, TestContext.Current.CancellationToken))[0].Topic);
    }

    [Fact(Timeout = 120_000)]
    public async Task Control_records_and_aborted_messages_are_no_lag_and_are_passed_over_by_the_group()
    {
        KafkaBroker.RequireApache();
        var topic = kafka.TakeTopic();
        using var metrics = new Measurements(topic);
        var recorder = new Recorder();
        await using var process = await kafka.StartAsync((messaging, services) =>
        {
            services.AddSingleton(recorder);
            messaging.AddConsumer<Recorder>(topic, topic);
        });

        using (var producer = kafka.CreateTransactionalProducer(topic))
        {
            producer.InitTransactions(TimeSpan.FromSeconds(30));
            foreach (var body in (string[])["committed", "aborted"])
            {
                producer.BeginTransaction();
                await producer.ProduceAsync(topic, new() { Key = "k", Value = body, Headers = KafkaBroker.CloudEvent(body) }, TestContext.Current.CancellationToken);
                if (body == "committed")
                {
                    producer.CommitTransaction();
                }
                else
                {
                    producer.AbortTransaction();
                }
            }
        }

        // Two messages and two control records.
        using var admin = kafka.CreateAdmin();
        await Wait.UntilAsync(
            async () => (await admin.ListConsumerGroupOffsetsAsync([new(topic, [new(topic, 0)])]))[0].Partitions[0].Offset == 4,
            "the group has passed over all of them");
        await metrics.WaitForAsync("marketplace.messaging.consumer.lag", lag => lag == 0);
        Assert.Equal(["committed"], recorder.Bodies);
    }

    /// <summary>The instruments of one topic: counters summed, gauges as last seen.</summary>
    private sealed class Measurements : IDisposable
    {
        private readonly MeterListener _listener = new();
        private readonly ConcurrentDictionary<string, long> _values = new();

        public Measurements(string topic)
        {
            _listener.InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Meter.Name == "Marketplace.Messaging")
                {
                    listener.EnableMeasurementEvents(instrument);
                }
            };
            _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) =>
            {
                var name = instrument.Name;
                var isTopic = false;
                foreach (var (key, tag) in tags)
                {
                    isTopic |= key == "messaging.destination.name" && (string?)tag == topic;
                    name = key == "error.type" ? $"{name}/{tag}" : name;
                }

                if (isTopic)
                {
                    _values.AddOrUpdate(name, value, (_, before) => instrument is Counter<long> ? before + value : value);
                }
            });
            _listener.Start();
        }

        public long this[string name] => _values.GetValueOrDefault(name);

        public Task WaitForAsync(string gauge, Predicate<long> condition) => Wait.UntilAsync(
            () =>
            {
                _listener.RecordObservableInstruments();
                return _values.TryGetValue(gauge, out var value) && condition(value);
            },
            $"{gauge} is as expected");

        public void Dispose() => _listener.Dispose();
    }
}
