using Marketplace.Tests.Browser;
using Marketplace.Tests.Gateway.Subscriptions;
using Microsoft.Playwright;
using Xunit;

namespace Marketplace.Tests.Gateway.Ide;

/// <summary>The page for trying queries, in a real browser.</summary>
public sealed class IdeInBrowserTests(Chromium chromium) : IClassFixture<Chromium>, IAsyncDisposable
{
    private const string Subscription = "subscription { productPersisted(marketplace: EBAY) { id title } }";

    public ValueTask DisposeAsync() => chromium.ClosePagesAsync();

    [Fact]
    public async Task A_subscription_shows_products_as_they_are_stored_until_it_is_stopped()
    {
        await using var gateway = await GatewayServer.StartAsync();
        var page = await OpenAsync(gateway, Subscription);

        await page.Locator("#run").ClickAsync();
        await gateway.ListenersAsync(1);
        gateway.Publish("1");
        await Assertions.Expect(page.Locator("#answer")).ToContainTextAsync("\"Title of 1\"");
        gateway.Publish("2");
        await Assertions.Expect(page.Locator("#answer")).ToContainTextAsync("\"Title of 2\"");
        await Assertions.Expect(page.Locator("#answer")).ToContainTextAsync("\"Title of 1\"");
        await Assertions.Expect(page.GetByRole(AriaRole.Status)).ToHaveTextAsync("listening · 2 received");

        await page.GetByRole(AriaRole.Button, new() { Name = "Stop" }).ClickAsync();

        await gateway.ListenersAsync(0);
        await Assertions.Expect(page.GetByRole(AriaRole.Status)).ToHaveTextAsync("stopped · 2 received");
        await Assertions.Expect(page.Locator("#stop")).ToBeHiddenAsync();
    }

    [Fact]
    public async Task Of_several_operations_the_one_at_the_cursor_runs_and_what_is_refused_says_why()
    {
        await using var gateway = await GatewayServer.StartAsync();
        var page = await OpenAsync(gateway, $"query Kind {{ __typename }} {Subscription.Replace("subscription", "subscription Refused", StringComparison.Ordinal).Replace("EBAY", "EBAY, ids: [\"a b\"]", StringComparison.Ordinal)}");

        await page.Locator("#query").PressAsync("Control+Home");
        await page.Locator("#query").PressAsync("Control+Enter");
        await Assertions.Expect(page.Locator("#answer")).ToContainTextAsync("\"__typename\": \"Query\"");

        await page.Locator("#query").PressAsync("Control+End");
        await page.Locator("#query").PressAsync("Control+Enter");
        await Assertions.Expect(page.Locator("#errors")).ToContainTextAsync("BAD_USER_INPUT");
        await Assertions.Expect(page.GetByRole(AriaRole.Status)).ToHaveTextAsync("ended · 1 received");
    }

    private async Task<IPage> OpenAsync(GatewayServer gateway, string query)
    {
        var page = await chromium.OpenAsync();
        await page.GotoAsync($"{gateway.Client.BaseAddress}graphql?query={Uri.EscapeDataString(query)}");
        return page;
    }
}
