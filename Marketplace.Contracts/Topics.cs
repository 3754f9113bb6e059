namespace Marketplace.Contracts;

/// <summary>The names of the topics.</summary>
public static class Topics
{
    /// <summary>Replies to gateways; each instance reads its own partition.</summary>
    public const string Replies = "gateway.replies";

    /// <summary>Commands to a marketplace's service.</summary>
    public static string GetProduct(string marketplace) => $"{marketplace}.product.get";

    /// <summary>
    /// Events, by the product's id: <see cref="MessageTypes.ProductPersisted"/> and <see cref="MessageTypes.ProductRemoved"/>. None has an empty
    /// body, so that a topic that is compacted keeps the last of each product, a removal too: who reads it from the start learns of both.
    /// </summary>
    public static string ProductPersisted(string marketplace) => $"{marketplace}.product.persisted";
}
