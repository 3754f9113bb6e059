using Marketplace.Tests.Hosting.Command;
using Microsoft.Playwright;
using Xunit;

namespace Marketplace.Tests.Browser;

/// <summary>The whole model with Aspire's dashboard, started as a developer does, and a browser to look at it.</summary>
public sealed class RunningDashboard : IAsyncLifetime
{
    /// <summary>A cold machine may fetch servers first.</summary>
    private static readonly TimeSpan StartLimit = TimeSpan.FromMinutes(4);

    private readonly Chromium _chromium = new();
    private RunningAppHost? _host;
    private Uri? _login;

    public async ValueTask InitializeAsync()
    {
        await _chromium.InitializeAsync();
        if (!_chromium.IsInstalled || !OperatingSystem.IsLinux())
        {
            return;
        }

        using var limit = new CancellationTokenSource(StartLimit);
        _host = RunningAppHost.Start("--isolated");
        const string Announcement = "Login to the dashboard at ";
        var line = await _host.WaitForLineAsync(Announcement, limit.Token);
        _login = new Uri(line[(line.IndexOf(Announcement, StringComparison.Ordinal) + Announcement.Length)..]);
        await _host.WaitForLineAsync("Up after", limit.Token);
    }

    public async ValueTask DisposeAsync()
    {
        if (_host is not null)
        {
            await _host.DisposeAsync();
        }

        await _chromium.DisposeAsync();
    }

    internal ValueTask ClosePagesAsync() => _chromium.ClosePagesAsync();

    /// <summary>Logs in, with the link that the AppHost prints, and goes to <paramref name="path"/>.</summary>
    internal async Task<IPage> OpenAsync(string path)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Finds the run's processes in /proc.");
        var page = await _chromium.OpenAsync();
        await page.GotoAsync(_login!.AbsoluteUri);
        await page.GotoAsync(new Uri(_login, path).AbsoluteUri);
        return page;
    }
}
