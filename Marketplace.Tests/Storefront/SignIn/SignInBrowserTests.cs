using Google.Protobuf;
using Marketplace.Products.V1;
using Marketplace.Tests.Browser;
using Marketplace.Tests.Gateway;
using Microsoft.Playwright;
using Xunit;
using Status = Marketplace.Products.V1.Status;

namespace Marketplace.Tests.Storefront.SignIn;

/// <summary>Signing in as a shopper does it: the built app in a browser, its host, a provider, and a gateway that accepts the provider's tokens.</summary>
public sealed class SignInBrowserTests(Chromium chromium) : IClassFixture<Chromium>, IAsyncDisposable
{
    private const string Storage = "JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie])";

    public ValueTask DisposeAsync() => chromium.ClosePagesAsync();

    [Fact]
    public async Task A_shopper_signs_in_and_has_a_product_refreshed_without_a_token_in_the_browser()
    {
        await using var provider = await OpenIdProvider.StartAsync();
        await using var service = await MarketplaceAsync();
        await using var gateway = await StartGatewayAsync(provider, service);
        await using var storefront = await StorefrontServer.StartBuiltAsync(gateway.Client.BaseAddress!, provider.HostSettings);
        var page = await chromium.OpenAsync();
        var requests = new List<IRequest>();
        page.Request += (_, request) => requests.Add(request);

        await page.GotoAsync(new Uri(storefront.Address, "product/ebay/7").ToString());
        await Assertions.Expect(page.Locator(".offer .price")).ToHaveTextAsync("$10.00");
        await Assertions.Expect(page.GetByRole(AriaRole.Button, new() { Name = "Refresh" })).ToHaveCountAsync(0);
        await page.GetByRole(AriaRole.Link, new() { Name = "Sign in" }).ClickAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "Sign in as Ada" }).ClickAsync();

        await Assertions.Expect(page.Locator(".account")).ToContainTextAsync("Ada Lovelace");
        Assert.Equal("/product/ebay/7", new Uri(page.Url).AbsolutePath);
        await page.GetByRole(AriaRole.Button, new() { Name = "Refresh" }).ClickAsync();
        await Assertions.Expect(page.Locator(".offer .price")).ToHaveTextAsync("$11.50");
        await Assertions.Expect(page.GetByText("Up to date.")).ToBeVisibleAsync();
        TestContext.Current.AddAttachment("signed-in.png", await page.ScreenshotAsync(new() { FullPage = true }), "image/png");

        Assert.DoesNotContain("ey", await page.EvaluateAsync<string>(Storage), StringComparison.Ordinal); // every token begins so
        Assert.All(requests.Where(request => request.Url.StartsWith(storefront.Address.ToString(), StringComparison.Ordinal)), request => Assert.DoesNotContain("authorization", request.Headers.Keys));
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign out" }).ClickAsync();
        await Assertions.Expect(page).ToHaveURLAsync(storefront.Address.ToString());
        Assert.Equal(["ada"], provider.Ended);
        await Assertions.Expect(page.GetByRole(AriaRole.Button, new() { Name = "Refresh" })).ToHaveCountAsync(0);
        await page.ReloadAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Link, new() { Name = "Sign in" })).ToBeVisibleAsync();
    }

    [Fact]
    public async Task A_refusal_and_a_cancelled_sign_in_are_shown()
    {
        await using var provider = await OpenIdProvider.StartAsync();
        provider.Scope = "openid";
        await using var service = await MarketplaceAsync();
        await using var gateway = await StartGatewayAsync(provider, service);
        await using var storefront = await StorefrontServer.StartBuiltAsync(gateway.Client.BaseAddress!, provider.HostSettings);
        var page = await chromium.OpenAsync();

        await page.GotoAsync(new Uri(storefront.Address, "product/ebay/7").ToString());
        await page.GetByRole(AriaRole.Link, new() { Name = "Sign in" }).ClickAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "Cancel" }).ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("You are not signed in");
        await page.GetByRole(AriaRole.Link, new() { Name = "Sign in" }).ClickAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "Sign in as Ada" }).ClickAsync();
        await Assertions.Expect(page.Locator(".account")).ToContainTextAsync("Ada Lovelace");
        await page.GotoAsync(new Uri(storefront.Address, "product/ebay/7").ToString());
        await page.GetByRole(AriaRole.Button, new() { Name = "Refresh" }).ClickAsync();

        await Assertions.Expect(page.GetByText("Your account may not do this")).ToBeVisibleAsync();
        await Assertions.Expect(page.Locator(".offer .price")).ToHaveTextAsync("$10.00");
    }

    /// <summary>A marketplace with one product, which costs more each time it is read anew.</summary>
    private static async Task<ScriptedService> MarketplaceAsync()
    {
        Assert.SkipWhen(await StorefrontBuild.EnsureAsync() is not null, "The app cannot be built.");
        var service = await ScriptedService.StartAsync();
        service.OnGet = (request, _) => Task.FromResult(new GetResponse { Results = { request.Ids.Select(id => Product(id, "10.00")) } });
        service.OnRefresh = request => Product(request.Id, "11.50");
        return service;

        static ReadResult Product(string id, string price) => new()
        {
            Status = Status.Found,
            Source = Source.External,
            Product = ByteString.CopyFromUtf8($$"""{"id":"{{id}}","marketplace":"ebay","title":"A lamp","price":{"amount":{{price}},"currency":"USD"},"fetchedAt":"2026-01-01T00:00:00Z"}"""),
        };
    }

    private static Task<GatewayServer> StartGatewayAsync(OpenIdProvider provider, ScriptedService service) => GatewayServer.StartAsync(settings:
        [.. provider.GatewaySettings, service.Setting, ("Gateway:Timeout", "00:00:30"), ("Gateway:GrpcReads", "First"), ("Gateway:Marketplaces:1", "amazon"), ("Gateway:TrustedDocuments:Folder", StorefrontBuild.Operations)]);
}
