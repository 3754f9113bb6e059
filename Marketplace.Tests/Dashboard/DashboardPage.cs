using Deque.AxeCore.Playwright;
using Marketplace.Dashboard;
using Microsoft.Playwright;
using Xunit;

namespace Marketplace.Tests.Dashboard;

/// <summary>The dashboard in a browser, and what it complained of or asked others for.</summary>
internal sealed class DashboardPage : IAsyncDisposable
{
    private readonly Uri _address;
    private readonly List<string> _problems = [];
    private readonly List<string> _foreign = [];

    private DashboardPage(IPage page, Uri address)
    {
        Page = page;
        _address = address;
        page.SetDefaultTimeout(60_000);
        page.Console += (_, message) =>
        {
            if (message.Type is "error" or "warning")
            {
                _problems.Add(message.Text);
            }
        };
        page.PageError += (_, error) => _problems.Add(error);
        page.Request += (_, request) =>
        {
            if (!request.Url.StartsWith(address.ToString(), StringComparison.Ordinal) && !request.Url.StartsWith("data:", StringComparison.Ordinal))
            {
                _foreign.Add(request.Url);
            }
        };
    }

    public IPage Page { get; }

    public static async Task<DashboardPage> SignInAsync(IPage page, DashboardServer server)
    {
        var opened = new DashboardPage(page, server.Address);
        await page.GotoAsync(server.LoginAddress.ToString());
        return opened;
    }

    public Task GoAsync(string path) => Page.GotoAsync(new Uri(_address, path).ToString());

    public ILocator Row(string text) => Page.GetByRole(AriaRole.Row).Filter(new() { HasText = text });

    /// <summary>Saves what is shown, so that a person can look at it.</summary>
    public async Task ScreenshotAsync(string name)
    {
        var folder = Path.Combine(AppContext.BaseDirectory, "TestResults", "dashboard");
        Directory.CreateDirectory(folder);
        await Page.ScreenshotAsync(new() { Path = Path.Combine(folder, name + ".png") });
    }

    /// <summary>No error, no request to anybody else, nothing wider than the window.</summary>
    public async Task ShouldBeSoundAsync()
    {
        Assert.True(_problems.Count == 0, $"{Page.Url} reported: " + string.Join("\n", _problems));
        Assert.Empty(_foreign);
        var overflow = await Page.EvaluateAsync<int>("document.documentElement.scrollWidth - innerWidth");
        Assert.True(overflow <= 0, $"{Page.Url} is {overflow} pixels wider than the window.");
    }

    public async Task ShouldBeAccessibleAsync()
    {
        var serious = (await Page.RunAxe()).Violations.Where(violation => violation.Impact is "serious" or "critical").ToList();
        Assert.True(serious.Count == 0, $"{Page.Url}: " + string.Join("\n", serious.Select(violation =>
            $"{violation.Id}: {violation.Help}: {string.Join(" | ", violation.Nodes.Take(3).Select(node => node.Html + " " + string.Join(" ", node.Any.Select(check => check.Message))))}")));
    }

    public async ValueTask DisposeAsync() => await Page.Context.DisposeAsync();
}
