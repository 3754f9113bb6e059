namespace Marketplace.Ebay;

/// <summary>
/// eBay's day: "The day starts at midnight, 00:00:00 PST (not GMT)" (Trading API, ApiAccessRuleType.DailyHardLimit). It follows summer
/// time: the samples of the Analytics API's getRateLimits have a <c>reset</c> of 07:00 UTC in August.
/// </summary>
internal static class PacificTime
{
    // Spelled out, as the images that services run in have no time zone data: the rule in force since 2007 (Energy Policy Act of 2005).
    public static TimeZoneInfo Zone { get; } = TimeZoneInfo.CreateCustomTimeZone(
        "Pacific Time",
        TimeSpan.FromHours(-8),
        displayName: null,
        standardDisplayName: null,
        daylightDisplayName: null,
        [
            TimeZoneInfo.AdjustmentRule.CreateAdjustmentRule(
                DateTime.MinValue.Date,
                DateTime.MaxValue.Date,
                TimeSpan.FromHours(1),
                TimeZoneInfo.TransitionTime.CreateFloatingDateRule(new DateTime(1, 1, 1, 2, 0, 0), month: 3, week: 2, DayOfWeek.Sunday),
                TimeZoneInfo.TransitionTime.CreateFloatingDateRule(new DateTime(1, 1, 1, 2, 0, 0), month: 11, week: 1, DayOfWeek.Sunday)),
        ]);

    /// <summary>When eBay's day ends.</summary>
    public static DateTimeOffset NextMidnight(DateTimeOffset now) => new(TimeZoneInfo.ConvertTimeToUtc(TimeZoneInfo.ConvertTime(now, Zone).Date.AddDays(1), Zone));
}
