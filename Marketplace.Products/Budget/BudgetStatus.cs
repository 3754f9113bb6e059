namespace Marketplace.Products.Budget;

/// <summary>The calls of the marketplace's day.</summary>
/// <param name="Day">The day in that time zone.</param>
/// <param name="TimeZone">The time zone whose midnight it begins at.</param>
/// <param name="Limit">The calls allowed.</param>
/// <param name="Used">Those made.</param>
/// <param name="Left">Those left.</param>
/// <param name="IsShared">Whether all instances are counted; while Redis is away, only this one.</param>
internal sealed record BudgetStatus(DateOnly Day, string TimeZone, long Limit, long Used, long Left, bool IsShared);
