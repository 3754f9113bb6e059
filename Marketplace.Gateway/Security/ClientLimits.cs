using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Options;

namespace Marketplace.Gateway.Security;

/// <summary>The limits of one client: the subject of its token, else its address. One that goes on although it is refused gets its refusals late.</summary>
internal sealed class ClientLimits
{
    private readonly RateLimiter? _requests;
    private readonly RateLimiter? _rejectedTokens;
    private readonly RateLimiter? _coldReads;
    private readonly RateLimiter? _coldReadsWithToken;
    private readonly RateLimiter? _newQueries;
    private readonly RefusalDelay _refusals;

    public ClientLimits(SharedTokenBuckets shared, TimeProvider time, IOptions<GatewayOptions> options)
    {
        var limits = options.Value.RateLimit;
        if (limits.PerSecond > 0)
        {
            _requests = new("requests", new(limits.PerSecond, limits.Burst), shared, time);
        }

        _rejectedTokens = PerMinute("rejected-tokens", limits.RejectedTokensPerMinute);
        _coldReads = PerMinute("cold-reads", limits.ColdReadsPerMinute);
        _coldReadsWithToken = PerMinute("cold-reads", limits.ColdReadsPerMinuteWithToken);
        _newQueries = PerMinute("new-queries", limits.NewQueriesPerMinute);
        _refusals = new(time);

        RateLimiter? PerMinute(string kind, int most) => most > 0 ? new(kind, new(most / 60.0, most), shared, time) : null;
    }

    /// <summary>Lets requests pass.</summary>
    /// <param name="caller">Who sent them.</param>
    /// <param name="requests">How many they are, at least 1.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>How long to wait before trying again; <c>null</c> when they may pass.</returns>
    public ValueTask<TimeSpan?> TakeAsync(Caller caller, int requests, CancellationToken cancellationToken) => TakeAsync(_requests, caller, requests, cancellationToken);

    /// <summary>Lets a product be read, or a search be made, that no cache of the gateway answers.</summary>
    /// <param name="caller">Who asked.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>How long to wait before trying again; <c>null</c> when it may be read.</returns>
    public ValueTask<TimeSpan?> TakeColdReadAsync(Caller caller, CancellationToken cancellationToken) => TakeAsync(ColdReads(caller), caller, 1, cancellationToken);

    /// <summary>Lets the text of a query be kept under its hash.</summary>
    /// <param name="caller">Who sent it.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>How long to wait before trying again; <c>null</c> when it may be kept.</returns>
    public ValueTask<TimeSpan?> TakeNewQueryAsync(Caller caller, CancellationToken cancellationToken) => TakeAsync(_newQueries, caller, 1, cancellationToken);

    /// <summary>Gives back what <see cref="TakeColdReadAsync"/> took, as the marketplace was not asked after all.</summary>
    public void ReturnColdRead(Caller caller) => ColdReads(caller)?.Return(NameOf(caller));

    /// <summary>How long no token from this address is looked at; <c>null</c> when they are. Checking a signature costs more than what else a request does.</summary>
    public ValueTask<TimeSpan?> WaitAfterRejectedTokensAsync(IPAddress? address, CancellationToken cancellationToken)
    {
        if (_rejectedTokens is null)
        {
            return default;
        }

        var name = NameOf(address);
        return TellLateAsync(name, _rejectedTokens.CurrentWait(name), cancellationToken);
    }

    /// <summary>Counts a token that was not accepted.</summary>
    public async ValueTask CountRejectedTokenAsync(IPAddress? address)
    {
        if (_rejectedTokens is not null)
        {
            await _rejectedTokens.TakeAsync(NameOf(address));
        }
    }

    private async ValueTask<TimeSpan?> TakeAsync(RateLimiter? limiter, Caller caller, int tokens, CancellationToken cancellationToken)
    {
        if (limiter is null)
        {
            return null;
        }

        var name = NameOf(caller);
        return await TellLateAsync(name, await limiter.TakeAsync(name, tokens), cancellationToken);
    }

    private async ValueTask<TimeSpan?> TellLateAsync(string name, TimeSpan? wait, CancellationToken cancellationToken)
    {
        if (wait is not null)
        {
            await _refusals.WaitAsync(name, cancellationToken);
        }

        return wait;
    }

    private RateLimiter? ColdReads(Caller caller) => caller.Subject is null ? _coldReads : _coldReadsWithToken;

    // An issuer chooses its subjects as it likes, also such as look like an address or like another issuer's.
    private static string NameOf(Caller caller) =>
        caller.Subject is { } subject ? $"subject:{caller.Issuer} {subject}" : NameOf(caller.Address);

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
