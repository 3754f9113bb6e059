using System.Net;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Options;

namespace Marketplace.Gateway.Options;

/// <summary>Validates the settings, so that the gateway does not start with ones that cannot work.</summary>
internal sealed partial class GatewayOptionsValidator(IConfiguration configuration) : IValidateOptions<GatewayOptions>
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
            failures.Add($"Gateway:Marketplaces: '{marketplace}' is not a valid name; allowed are a-z, 0-9 and single hyphens, beginning with a letter.");
        }

        foreach (var twice in options.Marketplaces.GroupBy(marketplace => marketplace).Where(group => group.Count() > 1))
        {
            failures.Add($"Gateway:Marketplaces names '{twice.Key}' more than once.");
        }

        // Searches go over gRPC alone; without an address they would fail as if the service were away.
        foreach (var marketplace in options.Marketplaces.Where(marketplace => !configuration.GetSection($"services:{marketplace}:grpc").AsEnumerable().Any(address => !string.IsNullOrEmpty(address.Value))))
        {
            failures.Add($"services:{marketplace}:grpc:0 is not set; set it to the address at which the service of '{marketplace}' speaks gRPC, such as http://localhost:4101.");
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

        Positive("LocalCache:TimeToLive", options.LocalCache.TimeToLive > TimeSpan.Zero);
        if (options.RateLimit.PerSecond < 0 || options.RateLimit.Burst < options.RateLimit.PerSecond)
        {
            failures.Add("Gateway:RateLimit: PerSecond must be zero or more, and Burst at least as much.");
        }

        ZeroOrMore("RateLimit:RejectedTokensPerMinute", options.RateLimit.RejectedTokensPerMinute);
        ZeroOrMore("RateLimit:NewQueriesPerMinute", options.RateLimit.NewQueriesPerMinute);
        ZeroOrMore("RateLimit:ColdReadsPerMinute", options.RateLimit.ColdReadsPerMinute);
        ZeroOrMore("RateLimit:ColdReadsPerMinuteWithToken", options.RateLimit.ColdReadsPerMinuteWithToken);

        foreach (var origin in options.Cors.Origins.Where(origin => origin != "*" && !IsOrigin(origin)))
        {
            failures.Add($"Gateway:Cors:Origins: '{origin}' is not an origin; allowed are * and a scheme, a host and a port without a path, such as https://shop.example.");
        }

        foreach (var proxy in options.TrustedProxies.Where(proxy => !IPAddress.TryParse(proxy, out _) && !IPNetwork.TryParse(proxy, out _)))
        {
            failures.Add($"Gateway:TrustedProxies: '{proxy}' is neither an address nor a network such as 10.0.0.0/8.");
        }

        Positive("Limits:Batch", options.Limits.Batch > 0);
        Positive("Subscriptions:Connections", options.Subscriptions.Connections > 0);
        Positive("Subscriptions:OperationsPerConnection", options.Subscriptions.OperationsPerConnection > 0);
        Positive("Subscriptions:UnsentBytes", options.Subscriptions.UnsentBytes > 0);
        Positive("Subscriptions:Queue", options.Subscriptions.Queue > 0);
        Positive("Subscriptions:InitTimeout", options.Subscriptions.InitTimeout > TimeSpan.Zero);
        Positive("Subscriptions:KeepAlive", options.Subscriptions.KeepAlive > TimeSpan.Zero);
        Positive("Limits:Tokens", options.Limits.Tokens > 0);
        Positive("Limits:Depth", options.Limits.Depth > 0);
        Positive("Limits:Aliases", options.Limits.Aliases > 0);
        Positive("Limits:Ids", options.Limits.Ids > 0);
        Positive("Limits:Entities", options.Limits.Entities > 0);
        Positive("Limits:Fields", options.Limits.Fields > 0);
        Positive("Limits:SchemaLists", options.Limits.SchemaLists > 0);
        Positive("Limits:Complexity", options.Limits.Complexity > 0);
        Positive("Limits:Repeats", options.Limits.Repeats > 0);
        Positive("Limits:Errors", options.Limits.Errors > 0);
        Positive("PersistedQueries:MaxTextBytes", options.PersistedQueries.MaxTextBytes > 0);
        ZeroOrMore("PersistedQueries:BytesPerDay", options.PersistedQueries.BytesPerDay);

        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);

        void ZeroOrMore(string setting, long value)
        {
            if (value < 0)
            {
                failures.Add($"Gateway:{setting} must be zero or more.");
            }
        }

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
