using Marketplace.Contracts;

namespace Marketplace.Products.Redis;

/// <summary>What came of taking a lease.</summary>
/// <param name="Entry">The entry of the cache, read in the same step; <c>null</c> when there is none.</param>
/// <param name="IsFresh">Whether the entry is fresh, so that no lease was taken.</param>
/// <param name="Lease">The lease; <c>null</c> when the entry is fresh or another process holds the lease.</param>
internal readonly record struct LeaseAttempt(CachedProduct? Entry, bool IsFresh, CacheLease? Lease);
