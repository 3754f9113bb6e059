using System.Numerics;
using Microsoft.Extensions.Options;

namespace Marketplace.Products.Reading;

/// <summary>
/// When products grow stale and when they are too old to be served. The times of each id differ by up to a tenth, always by the same
/// amount, so that products read together are not refreshed together and a later read never expires sooner than an earlier one.
/// Nothing is served for longer than the marketplace's terms allow.
/// </summary>
internal sealed class Freshness(IOptions<ProductOptions> options, IProductSource source)
{
    private readonly RetentionPolicy _retention = source.Retention;
    private readonly ProductOptions _options = options.Value;

    /// <summary>Until when a product is served without a refresh.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="fetchedAt">When the marketplace was asked.</param>
    /// <param name="endsAt">When its listing ends.</param>
    public DateTimeOffset FreshUntil(string id, DateTimeOffset fetchedAt, DateTimeOffset? endsAt) =>
        NotBeyond(endsAt, fetchedAt, Earlier(fetchedAt + (_options.FreshFor * Jitter(id)), _retention.ExpiryOf(fetchedAt)));

    /// <summary>Until when a product is served at all.</summary>
    /// <inheritdoc cref="FreshUntil"/>
    public DateTimeOffset KeptUntil(string id, DateTimeOffset fetchedAt, DateTimeOffset? endsAt) =>
        NotBeyond(endsAt, fetchedAt, Earlier(fetchedAt + (_options.KeepFor * Jitter(id)), _retention.ExpiryOf(fetchedAt)));

    /// <summary>Until when a product is taken as absent.</summary>
    public DateTimeOffset AbsentUntil(string id, DateTimeOffset askedAt) => askedAt + (_options.AbsentFor * Jitter(id));

    private static DateTimeOffset Earlier(DateTimeOffset time, DateTimeOffset? other) => other < time ? other.Value : time;

    // What was read after the end says that it has ended.
    private static DateTimeOffset NotBeyond(DateTimeOffset? endsAt, DateTimeOffset fetchedAt, DateTimeOffset until) =>
        endsAt > fetchedAt ? Earlier(until, endsAt) : until;

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
