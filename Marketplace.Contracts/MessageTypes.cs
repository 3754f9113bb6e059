namespace Marketplace.Contracts;

/// <summary>The CloudEvents types of the messages.</summary>
public static class MessageTypes
{
    /// <summary>A command: <see cref="Contracts.GetProduct"/>.</summary>
    public const string GetProduct = "product.get";

    /// <summary>A reply: <see cref="ProductReply"/>.</summary>
    public const string ProductReply = "product.reply";

    /// <summary>An event: a <see cref="Product"/> as stored.</summary>
    public const string ProductPersisted = "product.persisted";

    /// <summary>
    /// An event on the same topic: the marketplace has a product no more that was stored before. Its body is a <see cref="Product"/> with the
    /// next version, its ids, the id as title and <see cref="Availability.Gone"/>, and nothing else. A product that comes back is announced as
    /// <see cref="ProductPersisted"/> with the version after it.
    /// </summary>
    public const string ProductRemoved = "product.removed";
}
