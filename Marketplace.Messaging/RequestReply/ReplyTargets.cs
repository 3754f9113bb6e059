using System.Text;
using Confluent.Kafka;

namespace Marketplace.Messaging;

/// <summary>
/// Where answers may go: to the topics that this process added, and partitions that exist. A command's headers are a stranger's words;
/// what they name elsewhere is neither written to nor waited for.
/// </summary>
internal sealed class ReplyTargets(IEnumerable<TopicDefinition> added, TopicProvisioner topics)
{
    private readonly (byte[] Utf8, string Name)[] _added = [.. added.Select(topic => topic.Name).Distinct().Select(name => (Encoding.UTF8.GetBytes(name), name))];

    /// <summary>Where the answer to a command goes; <c>null</c> when none is wanted.</summary>
    /// <exception cref="PoisonMessageException">There is no such place.</exception>
    public TopicPartition? Find(in Envelope envelope)
    {
        if (envelope.ReplyTopic is not { } wanted)
        {
            return null;
        }

        foreach (var (utf8, name) in _added)
        {
            if (utf8.AsSpan().SequenceEqual(wanted))
            {
                var (partition, partitions) = (envelope.ReplyPartition!.Value, topics.Partitions(name));
                return partition < partitions
                    ? new TopicPartition(name, partition)
                    : throw new PoisonMessageException(Envelope.Cause, $"The header {HeaderNames.ReplyPartition} is not a whole number from 0 to {partitions - 1}.");
            }
        }

        throw new PoisonMessageException(Envelope.Cause, $"The header {HeaderNames.ReplyTopic} names no topic for answers.");
    }
}
