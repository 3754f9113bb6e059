namespace Marketplace.Messaging.Contracts;

/// <summary>The names of the topics and their default number of partitions.</summary>
public static class Topics
{
    /// <summary>Partitions of every topic unless configured otherwise.</summary>
    public const int DefaultPartitions = 12;

    /// <summary>Replies to gateways; each instance reads its own partition.</summary>
    public const string Replies = "gateway.replies";

    /// <summary>Commands to a marketplace's service.</summary>
    public static string GetProduct(string marketplace) => $"{marketplace}.product.get";

    /// <summary>
    /// Events, by the product's id: <see cref="MessageTypes.ProductPersisted"/> and <see cref="MessageTypes.ProductRemoved"/>. None has an empty
    /// body, so that a topic that is compacted keeps the last of each product, a removal too: who reads it from the start learns of both.
    /// </summary>
    public static string ProductPersisted(string marketplace) => $"{marketplace}.product.persisted";

    /// <summary>Messages of <paramref name="topic"/> that could not be processed.</summary>
    public static string DeadLetter(string topic) => $"{topic}.dead-letter";
}
