namespace Marketplace.Gateway.Options;

/// <summary>Settings of the gateway, section <c>Gateway</c>.</summary>
internal sealed class GatewayOptions
{
    public const string Section = "Gateway";

    /// <summary>Names of the marketplaces served, in lower case.</summary>
    public IList<string> Marketplaces { get; } = [];

    /// <summary>The deadline of a request to a marketplace's service.</summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>When products are read over gRPC rather than over Kafka.</summary>
    public GrpcReads GrpcReads { get; set; } = GrpcReads.Hedge;

    /// <summary>Largest request body, in bytes.</summary>
    public int MaxRequestBytes { get; set; } = 128 * 1024;

    /// <summary>Whether introspection, the schema's text and the page in the browser are offered; unset: everywhere but in production.</summary>
    public bool? Explorable { get; set; }

    public QueryLimits Limits { get; } = new();

    public LocalCacheOptions LocalCache { get; } = new();

    public TrustedDocumentsOptions TrustedDocuments { get; } = new();

    public PersistedQueriesOptions PersistedQueries { get; } = new();

    public SubscriptionOptions Subscriptions { get; } = new();

    public RateLimitOptions RateLimit { get; } = new();

    public CorsOptions Cors { get; } = new();

    /// <summary>
    /// Proxies in front of the gateway, as addresses or networks (<c>10.0.0.0/8</c>): their <c>X-Forwarded-For</c> and
    /// <c>X-Forwarded-Proto</c> are trusted.
    /// </summary>
    public IList<string> TrustedProxies { get; } = [];
}
