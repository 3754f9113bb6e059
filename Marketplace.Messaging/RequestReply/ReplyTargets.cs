using System.Text;
using Confluent.Kafka;

namespace Marketplace.Messaging;

/// <summary>
/// Validates where replies go: only to topics that this process added for replies, and to partitions that exist. A command's headers are
/// untrusted, so no other topic that they name is written to.
/// </summary>
internal sealed class ReplyTargets(IEnumerable<TopicDefinition> added, TopicProvisioner topics)
{
    private readonly (byte[] Utf8, string Name)[] _allowed =
        [.. added.Where(topic => topic.TakesReplies).Select(topic => topic.Name).Distinct().Select(name => (Encoding.UTF8.GetBytes(name), name))];

    /// <summary>The target of the reply to a command; <c>null</c> when it wants none.</summary>
    /// <exception cref="PoisonMessageException">The topic or partition is not allowed.</exception>
    public async ValueTask<TopicPartition?> FindAsync(Envelope envelope, CancellationToken cancellationToken)
    {
        if (envelope.ReplyTopic is not { } wanted)
        {
            return null;
        }

        foreach (var (utf8, name) in _allowed)
        {
            if (utf8.AsSpan().SequenceEqual(wanted))
            {
                var target = new TopicPartition(name, envelope.ReplyPartition!.Value);
                return await topics.HasPartitionAsync(target, cancellationToken)
                    ? target
                    : throw new PoisonMessageException(Envelope.Cause, $"The header {HeaderNames.ReplyPartition} is not a whole number from 0 to {topics.Partitions(name) - 1}.");
            }
        }

        throw new PoisonMessageException(Envelope.Cause, $"The header {HeaderNames.ReplyTopic} names no topic for answers.");
    }
}
