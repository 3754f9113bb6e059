using System.Numerics;
using Microsoft.Extensions.Options;

namespace Marketplace.Products.Reading;

/// <summary>
/// When products grow stale and when they are too old to be served. The times of each id differ by up to a tenth, always by the same
/// amount, so that products read together are not refreshed together and a later read never expires sooner than an earlier one.
/// </summary>
internal sealed class Freshness(IOptions<ProductOptions> options)
{
    private readonly ProductOptions _options = options.Value;

    /// <summary>Until when a product is served without a refresh.</summary>
    public DateTimeOffset FreshUntil(string id, DateTimeOffset fetchedAt) => fetchedAt + (_options.FreshFor * Jitter(id));

    /// <summary>Until when a product is served at all.</summary>
    public DateTimeOffset KeptUntil(string id, DateTimeOffset fetchedAt) => fetchedAt + (_options.KeepFor * Jitter(id));

    /// <summary>Until when a product is taken as absent.</summary>
    public DateTimeOffset AbsentUntil(string id, DateTimeOffset askedAt) => askedAt + (_options.AbsentFor * Jitter(id));

    private static double Jitter(string id)
    {
        var hash = uint.MaxValue;
        foreach (var character in id)
        {
            hash = BitOperations.Crc32C(hash, character);
        }

        return 0.9 + (0.1 * hash / uint.MaxValue);
    }
}
