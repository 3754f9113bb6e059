using System.Collections.Concurrent;
using System.Globalization;
using Marketplace.EbaySimulator.Browse;

namespace Marketplace.EbaySimulator.Catalog;

/// <summary>Prices that were changed; every other follows from the listing's id.</summary>
internal sealed class Prices
{
    private const int MostChanged = 10_000;
    private const decimal Highest = 1_000_000;

    private readonly ConcurrentDictionary<string, decimal> _changed = new();

    /// <summary>Changes a listing's price, in the currency of the site that it is asked of.</summary>
    /// <returns>Why that cannot be; null when it was done.</returns>
    public string? Change(string id, decimal amount)
    {
        if (!ItemId.TryParseLegacy(id, out _))
        {
            return $"id: '{id}' is no number of a listing, such as 110551230007.";
        }

        if (amount is <= 0 or > Highest)
        {
            return $"amount must be more than 0 and at most {Highest}.";
        }

        if (_changed.Count >= MostChanged && !_changed.ContainsKey(id))
        {
            return $"The prices of {MostChanged} listings were changed already; DELETE /admin/prices forgets them.";
        }

        _changed[id] = amount;
        return null;
    }

    public void Forget() => _changed.Clear();

    /// <summary>The item as it costs now.</summary>
    public Item Of(Item item) => _changed.TryGetValue(item.LegacyItemId, out var amount)
        ? item with { Price = item.Price with { Value = amount.ToString("0.00", CultureInfo.InvariantCulture) } }
        : item;
}
