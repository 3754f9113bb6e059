namespace Marketplace.Products.Http;

/// <summary>The answer for several products.</summary>
/// <param name="Results">One for each id, in the order of the ids.</param>
internal sealed record ProductResults(IReadOnlyList<ProductResult> Results);
