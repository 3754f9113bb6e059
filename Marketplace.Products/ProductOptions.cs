using System.ComponentModel.DataAnnotations;

namespace Marketplace.Products;

/// <summary>How long products are kept, how often the marketplace is asked, and where; section <c>Products</c>.</summary>
public sealed class ProductOptions
{
    /// <summary>How long a product is served without asking the marketplace again (default 10 minutes).</summary>
    [Range(typeof(TimeSpan), "00:00:00.001", "365.00:00:00", ErrorMessage = "Products:FreshFor must be more than 0 and at most 365 days.")]
    public TimeSpan FreshFor { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>How long a product is still served while it is refreshed in the background (default 1 day); longer than <see cref="FreshFor"/>.</summary>
    [Range(typeof(TimeSpan), "00:00:00.001", "365.00:00:00", ErrorMessage = "Products:KeepFor must be more than 0 and at most 365 days.")]
    public TimeSpan KeepFor { get; set; } = TimeSpan.FromDays(1);

    /// <summary>How long a product the marketplace does not have is taken as absent (default 1 minute).</summary>
    [Range(typeof(TimeSpan), "00:00:00.001", "1.00:00:00", ErrorMessage = "Products:AbsentFor must be more than 0 and at most 1 day.")]
    public TimeSpan AbsentFor { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>How long what a search found is answered without asking the marketplace again (default 1 minute); ten times as long when the marketplace fails.</summary>
    [Range(typeof(TimeSpan), "00:00:00.001", "1.00:00:00", ErrorMessage = "Products:SearchFreshFor must be more than 0 and at most 1 day.")]
    public TimeSpan SearchFreshFor { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>How many calls the marketplace allows a day, from midnight to midnight in <see cref="CallsDay"/>, to all instances together (default 5,000).</summary>
    [Range(1, 1_000_000_000, ErrorMessage = "Products:CallsPerDay must be 1 to 1000000000.")]
    public long CallsPerDay { get; set; } = 5_000;

    /// <summary>Where it is midnight when the marketplace counts its calls anew (default UTC). The marketplace's own rule, so it is set in code.</summary>
    public TimeZoneInfo CallsDay { get; set; } = TimeZoneInfo.Utc;

    /// <summary>How many calls a second the marketplace allows to all instances together, evenly spaced; no limit unless set.</summary>
    [Range(0.001, 1_000, ErrorMessage = "Products:CallsPerSecond must be 0.001 to 1000.")]
    public double? CallsPerSecond { get; set; }

    /// <summary>
    /// The password of the database role that the service works as, named like the marketplace. The connection string <c>marketplace</c> is then
    /// an administrator's, which makes the role and its schema where they are not there and is used for nothing else. Needed unless that
    /// connection string is the role's own.
    /// </summary>
    public string? DatabasePassword { get; set; }

    /// <summary>Which of the ports the process listens on speaks HTTP/2 only, without TLS, as gRPC needs it; unless set, none does.</summary>
    [Range(1, 65535, ErrorMessage = "Products:GrpcPort must be a port, 1 to 65535.")]
    public int? GrpcPort { get; set; }
}
