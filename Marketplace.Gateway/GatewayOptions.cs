using System.Net;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Options;

namespace Marketplace.Gateway;

/// <summary>Settings of the gateway, section <c>Gateway</c>.</summary>
internal sealed class GatewayOptions
{
    public const string Section = "Gateway";

    /// <summary>Names of the marketplaces served, in lower case; the first one answers <c>getProductById</c>.</summary>
    public IList<string> Marketplaces { get; } = [];

    /// <summary>How long a marketplace's service may take to answer.</summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>When a marketplace's service is asked over gRPC, the instant path, rather than over Kafka.</summary>
    public InstantPath Instant { get; set; } = InstantPath.Hedge;

    /// <summary>Largest request body, in bytes.</summary>
    public int MaxRequestBytes { get; set; } = 128 * 1024;

    /// <summary>Whether introspection, the schema's text and the page in the browser are offered; unset: everywhere but in production.</summary>
    public bool? Explorable { get; set; }

    public QueryLimits Limits { get; } = new();

    public MemoryOptions Memory { get; } = new();

    public TrustedDocumentsOptions TrustedDocuments { get; } = new();

    public SubscriptionOptions Subscriptions { get; } = new();

    public RateLimitOptions RateLimit { get; } = new();

    public CorsOptions Cors { get; } = new();

    /// <summary>
    /// Proxies in front of the gateway, as addresses or networks (<c>10.0.0.0/8</c>): what they say of where a request came from
    /// (<c>X-Forwarded-For</c>, <c>X-Forwarded-Proto</c>) is believed.
    /// </summary>
    public IList<string> TrustedProxies { get; } = [];
}

/// <summary>When products are read over gRPC. Searching and refreshing always go that way.</summary>
internal enum InstantPath
{
    /// <summary>Never.</summary>
    Off,

    /// <summary>When Kafka fails, or lets a caller wait much longer than usual.</summary>
    Hedge,

    /// <summary>First, and over Kafka where that fails or takes much longer than usual.</summary>
    First,
}

/// <summary>Queries that are registered.</summary>
internal sealed class TrustedDocumentsOptions
{
    /// <summary>Where they are: a folder of <c>.graphql</c> files.</summary>
    public string? Folder { get; set; }

    /// <summary>Whether nothing else is executed.</summary>
    public bool Only { get; set; }
}

/// <summary>The products kept in the gateway's own memory.</summary>
internal sealed class MemoryOptions
{
    /// <summary>What they may take in all, in bytes; a quarter of it is for answers made of them. 0 keeps none.</summary>
    public long Bytes { get; set; } = 16 * 1024 * 1024;

    /// <summary>How long one is kept, unless a newer version is stored before.</summary>
    public TimeSpan KeptFor { get; set; } = TimeSpan.FromSeconds(10);
}

/// <summary>What a query may ask for at most; checked before anything is executed.</summary>
internal sealed class QueryLimits
{
    /// <summary>Lexical tokens, which bounds the work of parsing.</summary>
    public int Tokens { get; set; } = 2_000;

    /// <summary>Levels of nested fields.</summary>
    public int Depth { get; set; } = 16;

    /// <summary>Fields with an alias, fragments expanded.</summary>
    public int Aliases { get; set; } = 50;

    /// <summary>Requests in one batch.</summary>
    public int Batch { get; set; } = 10;

    /// <summary>Ids or representations in one list.</summary>
    public int Ids { get; set; } = 100;

    /// <summary>Fields in total, fragments expanded.</summary>
    public int Fields { get; set; } = 1_000;

    /// <summary>Lists of fields or types within each other when the schema is asked for, which grow with each level by a power.</summary>
    public int SchemaLists { get; set; } = 2;

    /// <summary>Fields of the answer, those of a list's items counted for each item that its arguments allow.</summary>
    public int Complexity { get; set; } = 5_000;
}

/// <summary>How many requests one client may send: the subject of its token, else its address.</summary>
internal sealed class RateLimitOptions
{
    /// <summary>How many a second in the long run; 0 limits nothing.</summary>
    public int PerSecond { get; set; }

    /// <summary>How many at once; unset: what ten seconds allow.</summary>
    public int Burst
    {
        get => field == 0 ? 10 * PerSecond : field;
        set;
    }

    /// <summary>How long an empty bucket takes to be full.</summary>
    public TimeSpan TimeToFill => TimeSpan.FromSeconds((double)Burst / PerSecond);
}

/// <summary>Pages of other sites that may use the gateway from a browser.</summary>
internal sealed class CorsOptions
{
    /// <summary>Their origins, such as <c>https://shop.example</c>; <c>*</c> allows all.</summary>
    public IList<string> Origins { get; } = [];
}

/// <summary>Connections that stay open.</summary>
internal sealed class SubscriptionOptions
{
    /// <summary>How many WebSockets may be open; more are refused with 503.</summary>
    public int Connections { get; set; } = 20_000;

    /// <summary>How many operations may be under way on one WebSocket.</summary>
    public int OperationsPerConnection { get; set; } = 100;

    /// <summary>How many products may wait for one subscriber; one more ends the subscription with an error.</summary>
    public int Queue { get; set; } = 256;

    /// <summary>How long a WebSocket may take to say <c>connection_init</c>.</summary>
    public TimeSpan InitTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How often a sign of life is sent where nothing else is; a WebSocket that does not answer it for as long is closed.</summary>
    public TimeSpan KeepAlive { get; set; } = TimeSpan.FromSeconds(15);
}

internal sealed partial class GatewayOptionsValidator : IValidateOptions<GatewayOptions>
{
    public ValidateOptionsResult Validate(string? name, GatewayOptions options)
    {
        var failures = new List<string>();
        if (options.Marketplaces.Count == 0)
        {
            failures.Add("Gateway:Marketplaces names no marketplace; name at least one, such as Gateway:Marketplaces:0=ebay.");
        }

        foreach (var marketplace in options.Marketplaces.Where(marketplace => !MarketplaceName().IsMatch(marketplace)))
        {
            failures.Add($"Gateway:Marketplaces: '{marketplace}' is no name; allowed are a-z, 0-9 and single hyphens, beginning with a letter.");
        }

        foreach (var twice in options.Marketplaces.GroupBy(marketplace => marketplace).Where(group => group.Count() > 1))
        {
            failures.Add($"Gateway:Marketplaces names '{twice.Key}' more than once.");
        }

        Positive("Timeout", options.Timeout > TimeSpan.Zero);
        Positive("MaxRequestBytes", options.MaxRequestBytes > 0);
        var (folder, only) = (options.TrustedDocuments.Folder, options.TrustedDocuments.Only);
        if (folder is not null && !Directory.Exists(folder))
        {
            failures.Add($"Gateway:TrustedDocuments:Folder: there is no folder '{folder}'.");
        }

        if (only && folder is null)
        {
            failures.Add("Gateway:TrustedDocuments:Only needs Gateway:TrustedDocuments:Folder, else nothing could be executed.");
        }

        Positive("Memory:KeptFor", options.Memory.KeptFor > TimeSpan.Zero);
        if (options.RateLimit.PerSecond < 0 || options.RateLimit.Burst < options.RateLimit.PerSecond)
        {
            failures.Add("Gateway:RateLimit: PerSecond must be zero or more, and Burst at least as much.");
        }

        foreach (var origin in options.Cors.Origins.Where(origin => origin != "*" && !IsOrigin(origin)))
        {
            failures.Add($"Gateway:Cors:Origins: '{origin}' is no origin; allowed are * and a scheme, a host and a port without a path, such as https://shop.example.");
        }

        foreach (var proxy in options.TrustedProxies.Where(proxy => !IPAddress.TryParse(proxy, out _) && !IPNetwork.TryParse(proxy, out _)))
        {
            failures.Add($"Gateway:TrustedProxies: '{proxy}' is neither an address nor a network such as 10.0.0.0/8.");
        }

        Positive("Limits:Batch", options.Limits.Batch > 0);
        Positive("Subscriptions:Connections", options.Subscriptions.Connections > 0);
        Positive("Subscriptions:OperationsPerConnection", options.Subscriptions.OperationsPerConnection > 0);
        Positive("Subscriptions:Queue", options.Subscriptions.Queue > 0);
        Positive("Subscriptions:InitTimeout", options.Subscriptions.InitTimeout > TimeSpan.Zero);
        Positive("Subscriptions:KeepAlive", options.Subscriptions.KeepAlive > TimeSpan.Zero);
        Positive("Limits:Tokens", options.Limits.Tokens > 0);
        Positive("Limits:Depth", options.Limits.Depth > 0);
        Positive("Limits:Aliases", options.Limits.Aliases > 0);
        Positive("Limits:Ids", options.Limits.Ids > 0);
        Positive("Limits:Fields", options.Limits.Fields > 0);
        Positive("Limits:SchemaLists", options.Limits.SchemaLists > 0);
        Positive("Limits:Complexity", options.Limits.Complexity > 0);
        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);

        void Positive(string setting, bool holds)
        {
            if (!holds)
            {
                failures.Add($"Gateway:{setting} must be more than zero.");
            }
        }
    }

    private static bool IsOrigin(string origin) =>
        Uri.TryCreate(origin, UriKind.Absolute, out var address) && address.Scheme is "http" or "https" && origin == address.GetLeftPart(UriPartial.Authority);

    [GeneratedRegex("^[a-z][a-z0-9]*(-[a-z0-9]+)*$")]
    private static partial Regex MarketplaceName();
}
