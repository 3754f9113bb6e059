using StackExchange.Redis;

namespace Marketplace.Products.Budget;

/// <summary>A call of the budget that is about to be counted.</summary>
/// <param name="Day">The marketplace's day.</param>
/// <param name="Key">The day's count in Redis.</param>
/// <param name="Count">What is added there: this call and those that Redis does not know of yet; 0 for nothing.</param>
internal readonly record struct CallReservation(DateTime Day, RedisKey Key, long Count);
