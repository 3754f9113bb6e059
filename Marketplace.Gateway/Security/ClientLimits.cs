using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Options;

namespace Marketplace.Gateway.Security;

/// <summary>The limits of one client: the subject of its token, else its address.</summary>
internal sealed class ClientLimits
{
    private readonly RateLimiter? _requests;
    private readonly RateLimiter? _rejectedTokens;

    public ClientLimits(SharedTokenBuckets shared, TimeProvider time, IOptions<GatewayOptions> options)
    {
        var limits = options.Value.RateLimit;
        if (limits.PerSecond > 0)
        {
            _requests = new("requests", new(limits.PerSecond, limits.Burst), shared, time);
        }

        if (limits.RejectedTokensPerMinute > 0)
        {
            _rejectedTokens = new("rejected-tokens", new(limits.RejectedTokensPerMinute / 60.0, limits.RejectedTokensPerMinute), shared, time);
        }
    }

    /// <summary>Lets requests pass.</summary>
    /// <param name="caller">Who sent them.</param>
    /// <param name="address">The address they came from.</param>
    /// <param name="requests">How many they are, at least 1.</param>
    /// <returns>How long to wait before trying again; <c>null</c> when they may pass.</returns>
    public ValueTask<TimeSpan?> TakeAsync(Caller caller, IPAddress? address, int requests = 1) =>
        _requests is null ? default : _requests.TakeAsync(NameOf(caller, address), requests);

    /// <summary>How long no token from this address is looked at; <c>null</c> when they are. Checking a signature costs more than what else a request does.</summary>
    public TimeSpan? WaitAfterRejectedTokens(IPAddress? address) => _rejectedTokens?.CurrentWait(NameOf(address));

    /// <summary>Counts a token that was not accepted.</summary>
    public async ValueTask CountRejectedTokenAsync(IPAddress? address)
    {
        if (_rejectedTokens is not null)
        {
            await _rejectedTokens.TakeAsync(NameOf(address));
        }
    }

    // An issuer chooses its subjects as it likes, also such as look like an address or like another issuer's.
    private static string NameOf(Caller caller, IPAddress? address) =>
        caller.Subject is { } subject ? $"subject:{caller.Issuer} {subject}" : NameOf(address);

    // A client with one address of IPv6 has its whole /64.
    private static string NameOf(IPAddress? address)
    {
        if (address is null)
        {
            return "address:";
        }

        address = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        return address.AddressFamily == AddressFamily.InterNetworkV6 ? $"address:{Convert.ToHexString(address.GetAddressBytes().AsSpan(0, 8))}" : $"address:{address}";
    }
}
