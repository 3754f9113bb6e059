namespace Marketplace.Gateway.Schema;

/// <summary>Which products a subscription is about.</summary>
/// <param name="Marketplace">Where they are sold.</param>
/// <param name="Ids">Their ids; <c>null</c> for all of the marketplace.</param>
internal sealed record ProductFilter(string Marketplace, string[]? Ids);
