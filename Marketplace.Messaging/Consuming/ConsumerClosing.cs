using Confluent.Kafka;

namespace Marketplace.Messaging;

/// <summary>The only safe end of a consumer that subscribed.</summary>
internal static class ConsumerClosing
{
    /// <summary>
    /// Commits, leaves the group and frees the client. Disposing alone is not enough: while a rebalance is unanswered, librdkafka's
    /// destroy waits for the answer without end, and only closing gives it. Blocks its thread.
    /// </summary>
    /// <returns>False when no broker confirmed it in time; the client then goes on trying on a thread of its own.</returns>
    /// <exception cref="KafkaException">The last offsets could not be committed.</exception>
    public static bool CloseWithin(this IConsumer<byte[], byte[]> consumer, TimeSpan timeout)
    {
        var closing = Task.Run(() =>
        {
            using (consumer)
            {
                consumer.Close();
            }
        });
        if (Task.WaitAny([closing], timeout) < 0)
        {
            return false;
        }

        closing.GetAwaiter().GetResult();
        return true;
    }
}
