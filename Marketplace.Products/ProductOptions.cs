using System.ComponentModel.DataAnnotations;

namespace Marketplace.Products;

/// <summary>How long products are kept; section <c>Products</c>.</summary>
public sealed class ProductOptions
{
    /// <summary>How long a product is served without asking the marketplace again (default 10 minutes).</summary>
    [Range(typeof(TimeSpan), "00:00:00.001", "365.00:00:00", ErrorMessage = "Products:FreshFor must be more than 0 and at most 365 days.")]
    public TimeSpan FreshFor { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>How long a product is still served while it is refreshed behind the answer (default 1 day); longer than <see cref="FreshFor"/>.</summary>
    [Range(typeof(TimeSpan), "00:00:00.001", "365.00:00:00", ErrorMessage = "Products:KeepFor must be more than 0 and at most 365 days.")]
    public TimeSpan KeepFor { get; set; } = TimeSpan.FromDays(1);

    /// <summary>How long a product the marketplace does not have is taken as absent (default 1 minute).</summary>
    [Range(typeof(TimeSpan), "00:00:00.001", "1.00:00:00", ErrorMessage = "Products:AbsentFor must be more than 0 and at most 1 day.")]
    public TimeSpan AbsentFor { get; set; } = TimeSpan.FromMinutes(1);
}
