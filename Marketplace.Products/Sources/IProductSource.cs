using Marketplace.Contracts;

namespace Marketplace.Products;

/// <summary>
/// A marketplace's own API: all that a new marketplace has to bring.
/// Called with ids of the form <see cref="ProductId"/> allows; retries and circuit breaking are the source's own, and in
/// <see cref="SourceClientExtensions.AddSourceClient"/> for the asking. A question that takes longer than 10 seconds counts as not answered.
/// </summary>
public interface IProductSource
{
    /// <summary>How long the marketplace's terms allow to keep its data; no limits unless the marketplace says otherwise.</summary>
    RetentionPolicy Retention => RetentionPolicy.Unlimited;

    /// <summary>Where it is midnight when the marketplace counts its calls anew (<see cref="ProductOptions.CallsPerDay"/>); UTC unless the marketplace says otherwise.</summary>
    TimeZoneInfo CallsDay => TimeZoneInfo.Utc;

    /// <summary>Whether an id, of the form <see cref="ProductId"/> allows, can be this marketplace's. For one that cannot, no call is spent: there is no such product.</summary>
    bool IsValidId(string id) => true;

    /// <summary>
    /// The id under which a product is kept, asked for and announced, whichever of its ids was given; a marketplace where each has only one
    /// leaves this out. A product names all its ids (<see cref="Product.Ids"/>): one that does not name the id given is not the one asked for.
    /// </summary>
    /// <param name="id">An id of the form <see cref="ProductId"/> allows.</param>
    string CanonicalId(string id) => id;

    /// <summary>How many hits a page of its search has: 1–100, the same at all times. A marketplace that counts calls and gives few hits a call says so, lest a page take several.</summary>
    int SearchPageSize => 50;

    /// <summary>Reads one product.</summary>
    /// <param name="id">The id asked for, as <see cref="CanonicalId"/> gives it; the product returned carries the same.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The product, or <c>null</c> when the marketplace has no such product.</returns>
    /// <exception cref="ProductSourceException">The marketplace gave no answer to the question.</exception>
    Task<Product?> GetAsync(string id, CancellationToken cancellationToken);

    /// <summary>How many hits the marketplace gives at most for one search; it is not asked for those beyond.</summary>
    int SearchEnd => int.MaxValue;

    /// <summary>Searches the marketplace. A marketplace that cannot be searched leaves this out.</summary>
    /// <param name="query">What to search for: 1–300 characters.</param>
    /// <param name="filter">What hits must meet; a part that the marketplace cannot search by is refused, as leaving hits out afterwards would make pages sparse and totals wrong.</param>
    /// <param name="offset">How many hits to pass over: a multiple of <paramref name="limit"/>.</param>
    /// <param name="limit">How many hits at most: <see cref="SearchPageSize"/>.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="NotSupportedException">The marketplace cannot be searched.</exception>
    /// <exception cref="ProductSourceException">The marketplace gave no answer to the question.</exception>
    Task<ProductPage> SearchAsync(string query, SearchFilter filter, int offset, int limit, CancellationToken cancellationToken) =>
        throw new NotSupportedException("This marketplace cannot be searched.");
}
