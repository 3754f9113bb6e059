namespace Marketplace.Gateway.Options;

/// <summary>Accepts the former names of settings for one version, with a warning.</summary>
internal static partial class RenamedSettings
{
    private static readonly (string Former, string Name)[] All =
    [
        ("Instant", nameof(GatewayOptions.GrpcReads)),
        ("Memory:Bytes", "LocalCache:Bytes"),
        ("Memory:KeptFor", "LocalCache:TimeToLive"),
    ];

    /// <summary>Sets the options whose settings have a former name. To be called before the configuration is bound, so that the current names win.</summary>
    public static void Apply(GatewayOptions options, IConfiguration configuration, ILogger<GatewayOptions> logger)
    {
        foreach (var (former, name) in All)
        {
            if (configuration[$"{GatewayOptions.Section}:{former}"] is { } value)
            {
                Log.Renamed(logger, $"{GatewayOptions.Section}:{former}", $"{GatewayOptions.Section}:{name}");
                new ConfigurationBuilder().AddInMemoryCollection([new(name, value)]).Build().Bind(options);
            }
        }
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "The setting {Former} is now named {Name}; the next version will ignore the former name")]
        public static partial void Renamed(ILogger logger, string former, string name);
    }
}
