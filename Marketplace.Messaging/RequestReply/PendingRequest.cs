using Confluent.Kafka;

namespace Marketplace.Messaging;

/// <summary>A request without a reply yet.</summary>
internal sealed class PendingRequest(RequestClient client, long number, string topic, long started, TimeSpan timeout)
    : TaskCompletionSource<byte[]>(TaskCreationOptions.RunContinuationsAsynchronously)
{
    public RequestClient Client { get; } = client;

    public long Number { get; } = number;

    public string Topic { get; } = topic;

    public long Started { get; } = started;

    public TimeSpan Timeout { get; } = timeout;

    public void OnDelivery(DeliveryReport<byte[], byte[]> report)
    {
        if (report.Error.IsError)
        {
            Client.Fail(this, new DeliveryException(Topic, report.Error));
        }
    }
}
