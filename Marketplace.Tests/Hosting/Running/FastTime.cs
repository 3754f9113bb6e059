using Microsoft.Extensions.DependencyInjection;

namespace Marketplace.Tests.Hosting.Running;

/// <summary>A clock whose timers fire a hundred times as early, so that growing delays can be lived through.</summary>
internal sealed class FastTime : TimeProvider
{
    private const int Speed = 100;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        base.CreateTimer(callback, state, Hasten(dueTime), Hasten(period));

    private static TimeSpan Hasten(TimeSpan time) => time == Timeout.InfiniteTimeSpan ? time : time / Speed;
}

internal static class FastTimeServices
{
    public static IServiceCollection AddFastTime(this IServiceCollection services) => services.AddSingleton<TimeProvider>(new FastTime());
}
