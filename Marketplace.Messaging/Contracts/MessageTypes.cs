namespace Marketplace.Messaging.Contracts;

/// <summary>The CloudEvents types of the messages.</summary>
public static class MessageTypes
{
    /// <summary>A command: <see cref="Contracts.GetProduct"/>.</summary>
    public const string GetProduct = "product.get";

    /// <summary>A reply: <see cref="ProductReply"/>.</summary>
    public const string ProductReply = "product.reply";

    /// <summary>An event: a <see cref="Product"/> as stored.</summary>
    public const string ProductPersisted = "product.persisted";
}
