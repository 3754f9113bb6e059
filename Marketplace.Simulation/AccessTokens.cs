using System.Collections.Concurrent;

namespace Marketplace.Simulation;

/// <summary>The application tokens that were issued and not revoked.</summary>
internal sealed class AccessTokens(TimeSpan lifetime, TimeProvider time)
{
    private readonly ConcurrentDictionary<string, DateTimeOffset> _expiries = new(StringComparer.Ordinal);

    /// <summary>How long tokens issued from now on are valid.</summary>
    public TimeSpan Lifetime { get; set; } = lifetime;

    /// <param name="prefix">What the token begins with.</param>
    public string Issue(string prefix)
    {
        var now = time.GetUtcNow();
        foreach (var (old, expiry) in _expiries)
        {
            if (expiry <= now)
            {
                _expiries.TryRemove(old, out _);
            }
        }

        var token = $"{prefix}{Guid.NewGuid():N}{Guid.NewGuid():N}"; // longer than any word, as real ones are
        _expiries[token] = now + Lifetime;
        return token;
    }

    public bool IsValid(string token) => _expiries.TryGetValue(token, out var expiry) && expiry > time.GetUtcNow();

    /// <summary>Whether it was valid once; until the next one is issued.</summary>
    public bool IsExpired(string token) => _expiries.TryGetValue(token, out var expiry) && expiry <= time.GetUtcNow();

    public void RevokeAll() => _expiries.Clear();
}
