using Confluent.Kafka;
using Marketplace.Messaging;
using Xunit;

namespace Marketplace.Tests.Messaging;

[Collection(typeof(SharedKafka))]
public sealed class ProducerTests(KafkaBroker kafka)
{
    private readonly string _topic = kafka.TakeTopic();

    // The client would read freed memory and end this process.
    [Fact(Timeout = 120_000)]
    public async Task Who_still_sends_when_a_process_ends_is_refused()
    {
        var process = await kafka.StartAsync((messaging, _) => messaging.AddTopic(_topic, partitions: 1));
        var producer = process.Get<MessageProducer>();
        var begun = new CountdownEvent(4);
        var senders = Enumerable.Range(0, 4).Select(_ => SendUntilRefusedAsync(producer, begun)).ToArray();
        await Task.Run(begun.Wait, TestContext.Current.CancellationToken);

        await process.DisposeAsync();

        Assert.All(await Task.WhenAll(senders), code => Assert.Equal(ErrorCode.Local_Destroy, code));
    }

    private async Task<ErrorCode> SendUntilRefusedAsync(MessageProducer producer, CountdownEvent begun)
    {
        for (var sent = 0; ; sent++)
        {
            try
            {
                var sending = producer.SendAsync(new OutgoingMessage { Topic = _topic, Type = "test", Body = "{}"u8.ToArray() });
                await Task.WhenAny(sending, Task.Delay(1, TestContext.Current.CancellationToken));
                if (sending.IsCompleted)
                {
                    await sending;
                }

                if (sent == 0)
                {
                    begun.Signal();
                }
            }
            catch (DeliveryException exception)
            {
                return exception.Code;
            }
        }
    }
}
