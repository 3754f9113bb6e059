using Microsoft.Playwright;
using Xunit;

namespace Marketplace.Tests.Browser;

/// <summary>One browser for the tests of a class; they are skipped where no Chromium is installed.</summary>
public sealed class Chromium : IAsyncLifetime
{
    private IPlaywright? _playwright;
    private IBrowser? _browser;

    public async ValueTask InitializeAsync()
    {
        if (FindExecutable() is { } path)
        {
            // Patient, because the machine may be busy; a condition that holds ends the wait at once.
            Assertions.SetDefaultExpectTimeout(30_000);
            _playwright = await Playwright.CreateAsync();
            _browser = await _playwright.Chromium.LaunchAsync(new()
            {
                ExecutablePath = path,
                Args = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
            });
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null)
        {
            await _browser.DisposeAsync();
        }

        _playwright?.Dispose();
    }

    /// <summary>Closes every page: one that stays open goes on listening, drawing and taking memory while others are measured.</summary>
    internal async ValueTask ClosePagesAsync()
    {
        foreach (var context in _browser?.Contexts ?? [])
        {
            await context.CloseAsync();
        }
    }

    internal bool IsInstalled => _browser is not null;

    /// <summary>A page of its own, with no address yet.</summary>
    internal async Task<IPage> OpenAsync(int width = 1280, ColorScheme colors = ColorScheme.Light)
    {
        Assert.SkipWhen(_browser is null, "No Chromium is installed; set CHROMIUM_PATH, or install chromium.");
        var context = await _browser.NewContextAsync(new()
        {
            ViewportSize = new() { Width = width, Height = width < 500 ? 844 : 800 },
            ColorScheme = colors,
        });
        return await context.NewPageAsync();
    }

    private static string? FindExecutable() => new[]
    {
        Environment.GetEnvironmentVariable("CHROMIUM_PATH"),
        "/usr/bin/chromium",
        "/usr/bin/chromium-browser",
        "/usr/bin/google-chrome",
        "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
        @"C:\Program Files\Google\Chrome\Application\chrome.exe",
    }.FirstOrDefault(File.Exists);
}
