using System.Collections.Concurrent;

namespace Marketplace.EbaySimulator.Identity;

/// <summary>The application tokens that are valid now.</summary>
internal sealed class AccessTokens(TimeProvider time)
{
    /// <summary>What eBay grants: two hours.</summary>
    public static readonly TimeSpan DefaultLifetime = TimeSpan.FromSeconds(7200);

    private readonly ConcurrentDictionary<string, DateTimeOffset> _expiries = new(StringComparer.Ordinal);

    public TimeSpan Lifetime { get; set; } = DefaultLifetime;

    public string Issue()
    {
        var now = time.GetUtcNow();
        foreach (var (old, expiry) in _expiries)
        {
            if (expiry <= now)
            {
                _expiries.TryRemove(old, out _);
            }
        }

        var token = $"v^1.1#i^1#p^1#I^3#r^0#t^{Convert.ToBase64String(Guid.NewGuid().ToByteArray())}";
        _expiries[token] = now + Lifetime;
        return token;
    }

    public bool IsValid(string token) => _expiries.TryGetValue(token, out var expiry) && expiry > time.GetUtcNow();

    public void RevokeAll() => _expiries.Clear();
}
