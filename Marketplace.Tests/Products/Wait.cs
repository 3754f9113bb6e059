using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Marketplace.Tests.Products;

internal static class Wait
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    /// <summary>Waits until a condition holds; fails when it does not within a minute.</summary>
    public static async Task UntilAsync(Func<Task<bool>> condition, string what)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        timeout.CancelAfter(Limit);
        while (!await condition())
        {
            Assert.False(timeout.IsCancellationRequested, $"waited in vain: {what}");
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }
    }

    /// <summary>The same where a fake clock goes on by a step before each look.</summary>
    public static Task UntilAsync(FakeTimeProvider clock, TimeSpan step, Func<Task<bool>> condition, string what) => UntilAsync(
        async () =>
        {
            clock.Advance(step);
            return await condition();
        },
        what);

    /// <inheritdoc cref="UntilAsync(FakeTimeProvider, TimeSpan, Func{Task{bool}}, string)"/>
    public static Task UntilAsync(FakeTimeProvider clock, TimeSpan step, Func<bool> condition, string what) => UntilAsync(clock, step, () => Task.FromResult(condition()), what);

    public static Task UntilAsync(Func<bool> condition, string what) => UntilAsync(() => Task.FromResult(condition()), what);
}
