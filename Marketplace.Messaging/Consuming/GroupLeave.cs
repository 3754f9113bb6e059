using Confluent.Kafka;

namespace Marketplace.Messaging;

/// <summary>The only safe end of a consumer that subscribed.</summary>
internal static class GroupLeave
{
    // Closing waits as long as the broker is away: longer than a stopping process may.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Commits, leaves the group and frees the client. Disposing alone is not enough: while a rebalance waits to be answered,
    /// librdkafka's destroy waits for that answer without end, where closing gives it. Blocks its thread, 5 s at the most.
    /// </summary>
    /// <returns>False when no broker heard it in time; the client then goes on trying on a thread of its own.</returns>
    /// <exception cref="KafkaException">The last offsets could not be committed.</exception>
    public static bool Leave(this IConsumer<byte[], byte[]> consumer)
    {
        var leaving = Task.Run(() =>
        {
            try
            {
                consumer.Close();
            }
            finally
            {
                consumer.Dispose();
            }
        });
        if (Task.WaitAny([leaving], Patience) < 0)
        {
            return false;
        }

        leaving.GetAwaiter().GetResult();
        return true;
    }
}
