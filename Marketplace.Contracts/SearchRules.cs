namespace Marketplace.Contracts;

/// <summary>What a search may ask for.</summary>
public static class SearchRules
{
    /// <summary>The longest text searched for, in characters.</summary>
    public const int MaxQueryLength = 300;

    /// <summary>What a price may be, for error messages.</summary>
    public const string Price = "0.01-10000000, with at most two decimals";

    /// <summary>Whether hits can be narrowed by <paramref name="price"/>, in a currency's main unit.</summary>
    public static bool IsPrice(decimal price) => price is >= 0.01m and <= 10_000_000m && decimal.Round(price, 2) == price;
}
