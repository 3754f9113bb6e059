using Microsoft.Playwright;
using Xunit;

namespace Marketplace.Tests.Browser;

/// <summary>Pictures that are kept with the test's result, for a person to look at.</summary>
internal static class Screenshots
{
    /// <summary>Keeps the page, light and dark, as it stands or as <paramref name="draw"/> draws it anew: a chart keeps the colours it was drawn in.</summary>
    public static async Task KeepAsync(IPage page, string name, Func<Task>? draw = null)
    {
        foreach (var (colors, theme) in new[] { (ColorScheme.Light, "light"), (ColorScheme.Dark, "dark") })
        {
            await page.EmulateMediaAsync(new() { ColorScheme = colors });
            await (draw?.Invoke() ?? Task.CompletedTask);
            await Assertions.Expect(page.Locator("html")).ToHaveAttributeAsync("data-theme", theme);
            TestContext.Current.AddAttachment($"{name}-{theme}.png", await page.ScreenshotAsync(new() { Animations = ScreenshotAnimations.Disabled }), "image/png");
        }
    }
}
