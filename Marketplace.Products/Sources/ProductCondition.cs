namespace Marketplace.Products;

/// <summary>The condition that a search is narrowed to; marketplaces word it more finely.</summary>
public enum ProductCondition
{
    /// <summary>New, or unused without its packaging.</summary>
    New,

    /// <summary>Used.</summary>
    Used,

    /// <summary>Used, and restored by the maker or a seller.</summary>
    Refurbished,
}
