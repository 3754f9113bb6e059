using Microsoft.Extensions.DependencyInjection;

namespace Marketplace.Products;

/// <summary>How long products are kept, how often the marketplace is asked, and where; section <c>Products</c>.</summary>
public sealed class ProductOptions
{
    /// <summary>How long a product is served without asking the marketplace again (default 10 minutes).</summary>
    public TimeSpan FreshFor { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>How long a product is still served while it is refreshed in the background (default 1 day); longer than <see cref="FreshFor"/>.</summary>
    public TimeSpan KeepFor { get; set; } = TimeSpan.FromDays(1);

    /// <summary>How long a product the marketplace does not have is taken as absent (default 1 minute).</summary>
    public TimeSpan AbsentFor { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>How long what a search found is answered without asking the marketplace again (default 1 minute); ten times as long when the marketplace fails.</summary>
    public TimeSpan SearchFreshFor { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>How many calls the marketplace allows a day, from midnight to midnight in <see cref="IProductSource.CallsDay"/>, to all instances together (default 5,000).</summary>
    public long CallsPerDay { get; set; } = 5_000;

    /// <summary>How many calls a second the marketplace allows to all instances together, evenly spaced; no limit unless set.</summary>
    public double? CallsPerSecond { get; set; }

    /// <summary>
    /// The password of the database role that the service works as, named like the marketplace. The connection string <c>marketplace</c> is then
    /// an administrator's, which makes the role and its schema where they are not there and is used for nothing else. Needed unless that
    /// connection string is the role's own.
    /// </summary>
    public string? DatabasePassword { get; set; }

    /// <summary>Which of the ports the process listens on speaks HTTP/2 only, without TLS, as gRPC needs it; unless set, none does.</summary>
    public int? GrpcPort { get; set; }

    /// <summary>Registers them, to be checked at the start.</summary>
    internal static void Add(IServiceCollection services)
    {
        services.AddOptions<ProductOptions>().BindConfiguration("Products")
            .Validate(options => IsUpTo(days: 365, options.FreshFor), "Products:FreshFor must be more than 0 and at most 365 days.")
            .Validate(options => IsUpTo(days: 365, options.KeepFor), "Products:KeepFor must be more than 0 and at most 365 days.")
            .Validate(options => IsUpTo(days: 1, options.AbsentFor), "Products:AbsentFor must be more than 0 and at most 1 day.")
            .Validate(options => IsUpTo(days: 1, options.SearchFreshFor), "Products:SearchFreshFor must be more than 0 and at most 1 day.")
            .Validate(options => options.KeepFor > options.FreshFor, "Products:KeepFor must be longer than Products:FreshFor.")
            .Validate(options => options.CallsPerDay is >= 1 and <= 1_000_000_000, "Products:CallsPerDay must be 1 to 1000000000.")
            .Validate(options => options.CallsPerSecond is null or (>= 0.001 and <= 1_000), "Products:CallsPerSecond must be 0.001 to 1000.")
            .Validate(options => options.GrpcPort is null or (>= 1 and <= 65535), "Products:GrpcPort must be a port, 1 to 65535.")
            .ValidateOnStart();

        static bool IsUpTo(int days, TimeSpan time) => time >= TimeSpan.FromMilliseconds(1) && time <= TimeSpan.FromDays(days);
    }
}
