using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Text.Json;

namespace Microsoft.Extensions.Hosting;

/// <summary>
/// librdkafka's totals (STATISTICS.md) as metrics, under the names Aspire's integration gives them,
/// tagged with the client's name.
/// </summary>
internal static class KafkaStatistics
{
    private static readonly ConcurrentDictionary<string, long[]> Clients = new();
    private static readonly Meter Meter = new("Marketplace.Kafka");

    private static readonly (string Field, string Metric, string Unit, bool Gauge)[] Totals =
    [
        ("tx", "messaging.kafka.network.tx", "{request}", false),
        ("tx_bytes", "messaging.kafka.network.transmitted", "By", false),
        ("rx", "messaging.kafka.network.rx", "{response}", false),
        ("rx_bytes", "messaging.kafka.network.received", "By", false),
        ("txmsgs", "messaging.publish.messages", "{message}", false),
        ("rxmsgs", "messaging.receive.messages", "{message}", false),
        ("msg_cnt", "messaging.kafka.producer.queue.message_count", "{message}", true),
        ("replyq", "messaging.kafka.consumer.queue.message_count", "{message}", true),
    ];

    static KafkaStatistics()
    {
        foreach (var (index, (_, metric, unit, isGauge)) in Totals.Index())
        {
            _ = isGauge
                ? (ObservableInstrument<long>)Meter.CreateObservableGauge(metric, () => Observe(index), unit)
                : Meter.CreateObservableCounter(metric, () => Observe(index), unit);
        }
    }

    public static void Report(string client, string statistics)
    {
        using var document = JsonDocument.Parse(statistics);
        Clients[client] = [.. Totals.Select(total => document.RootElement.TryGetProperty(total.Field, out var value) ? value.GetInt64() : 0)];
    }

    private static IEnumerable<Measurement<long>> Observe(int index) =>
        Clients.Select(client => new Measurement<long>(client.Value[index], new KeyValuePair<string, object?>("messaging.client.id", client.Key)));
}
