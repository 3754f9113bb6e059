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

    /// <summary>Events: a product was stored; the body is the <see cref="Product"/> as stored, with its version.</summary>
    public static string ProductPersisted(string marketplace) => $"{marketplace}.product.persisted";

    /// <summary>Messages of <paramref name="topic"/> that could not be processed.</summary>
    public static string DeadLetter(string topic) => $"{topic}.dead-letter";
}
