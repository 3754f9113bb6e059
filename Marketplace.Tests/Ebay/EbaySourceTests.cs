using System.Globalization;
using Marketplace.Contracts;
using Marketplace.Ebay;
using Marketplace.Products;
using Marketplace.Products.OAuth;
using Marketplace.Tests.Products;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Marketplace.Tests.Ebay;

/// <summary>eBay's client against the simulator, over real HTTP.</summary>
public class EbaySourceTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("123")]
    [InlineData("v1|123|0")]
    [InlineData("600")]
    [InlineData("v1|600|2")]
    public async Task A_product_answers_to_the_id_it_was_asked_by(string id)
    {
        await using var simulator = await SimulatorServer.StartAsync();
        using var host = Start(simulator);

        var product = await GetAsync(host, id);

        Assert.Equal(id, product!.Id);
        Assert.Equal("ebay", product.Marketplace);
        Assert.NotNull(product.Price);
    }

    [Theory]
    [InlineData("611", "Keychron K2 Mechanical Keyboard, every field", 84.50, "IN_STOCK")]
    [InlineData("612", "Thorens TD 160 Turntable in an auction", null, "IN_STOCK")]
    [InlineData("613", "Keychron K8, more than ten of it", 84.50, "IN_STOCK")]
    [InlineData("614", "Keychron K4, sold out and ended", 84.50, "ENDED")]
    [InlineData("615", "Anglepoise Type 75 Desk Lamp from abroad", 127.31, "IN_STOCK")]
    [InlineData("616", "Keychron K6 of a seller who is away", 84.50, "IN_STOCK")]
    [InlineData("617", "Keychron K2 with a cut title \uFFFD", 84.50, "IN_STOCK")]
    public async Task The_shapes_that_eBay_documents_are_products(string id, string title, double? price, string status)
    {
        await using var simulator = await SimulatorServer.StartAsync();
        using var host = Start(simulator);

        var product = (await GetAsync(host, id))!;

        Assert.Equal((title, status), (product.Title, product.Availability!.Status));
        Assert.Equal(price is null ? null : new Money((decimal)price, "USD"), product.Price);
        Assert.StartsWith("<p>", product.Description, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_the_documented_shapes_carry_is_kept()
    {
        await using var simulator = await SimulatorServer.StartAsync();
        using var host = Start(simulator);

        var auction = (await GetAsync(host, "612"))!;
        var many = (await GetAsync(host, "613"))!;
        var converted = (await GetAsync(host, "615"))!;

        Assert.Equal((new Money(61.00m, "USD"), 3, "AUCTION"), (auction.CurrentBidPrice, auction.BidCount, auction.BuyingOptions!.Single()));
        Assert.Equal(new DateTimeOffset(2035, 6, 1, 18, 30, 0, TimeSpan.Zero), auction.EndsAt);
        Assert.Equal(new Availability("IN_STOCK", Quantity: null, MoreThan: 10), many.Availability);
        Assert.Equal(new Money(100.00m, "GBP"), converted.PriceConvertedFrom);
    }

    // RFC 8259, 8.2: a string may hold half a surrogate pair; Unicode 3.9: U+FFFD takes its place.
    [Fact]
    public async Task A_page_is_read_whose_titles_were_cut_in_the_middle_of_a_character()
    {
        await using var simulator = await SimulatorServer.StartAsync();
        using var host = Start(simulator);

        var page = await SearchAsync(host, "cut", 0);
        await GetAsync(host, "617");

        Assert.Equal(["Keychron K2 with a cut title \uFFFD", "Thorens TD 160 Turntable in an auction"], page.Products.Select(product => product.Title));
        Assert.Equal((1, 1), (await simulator.CallsToAsync("search"), await simulator.CallsToAsync("legacy")));
    }

    // developer.ebay.com/api-docs/buy/browse/resources/item_summary/methods/search, "Error codes".
    [Theory]
    [InlineData(12001, ReplyErrorCodes.BadUserInput)]
    [InlineData(12023, ReplyErrorCodes.BadUserInput)]
    [InlineData(12516, ReplyErrorCodes.BadUserInput)]
    [InlineData(12006, ReplyErrorCodes.UpstreamUnavailable)]
    [InlineData(12019, ReplyErrorCodes.UpstreamUnavailable)]
    [InlineData(12515, ReplyErrorCodes.UpstreamUnavailable)]
    public async Task Words_that_eBay_refuses_are_the_callers_and_what_we_add_to_them_is_not(int error, string code)
    {
        await using var simulator = await SimulatorServer.StartAsync();
        using var host = Start(simulator);
        await simulator.FailAsync(new { path = "/buy", status = 400, errorIds = new[] { error } });

        var failure = await Assert.ThrowsAsync<ProductSourceException>(() => SearchAsync(host, "laptop", 0));

        Assert.Equal(code, failure.Code);
        Assert.Equal(error == 12023, failure.Message == "eBay refuses this search: The result is too large. Narrow the search.");
    }

    [Theory]
    [InlineData("404")]
    [InlineData("v1|404|0")]
    [InlineData("v1|600|9")]
    public async Task What_eBay_does_not_have_is_absent(string id)
    {
        await using var simulator = await SimulatorServer.StartAsync();
        using var host = Start(simulator);

        Assert.Null(await GetAsync(host, id));
    }

    [Fact]
    public async Task The_site_asked_is_the_one_configured()
    {
        await using var simulator = await SimulatorServer.StartAsync();
        using var host = Start(simulator, ("Ebay:MarketplaceId", "EBAY_DE"));

        Assert.Equal("EUR", (await GetAsync(host, "123"))!.Price!.Currency);
    }

    [Fact]
    public async Task A_failure_that_stays_is_reported_and_then_eBay_is_left_alone()
    {
        await using var simulator = await SimulatorServer.StartAsync();
        using var host = Start(simulator);
        await simulator.FailAsync(new { path = "/buy", status = 503 });

        for (var ask = 0; ask < 5; ask++)
        {
            var failure = await Assert.ThrowsAsync<ProductSourceException>(() => GetAsync(host, "123"));
            Assert.Equal(ReplyErrorCodes.UpstreamUnavailable, failure.Code);
        }

        var calls = await simulator.CallsOfAsync("123");
        await Assert.ThrowsAsync<ProductSourceException>(() => GetAsync(host, "123"));
        Assert.Equal(calls, await simulator.CallsOfAsync("123"));
    }

    [Fact]
    public async Task A_short_wait_that_eBay_asks_for_is_waited()
    {
        await using var simulator = await SimulatorServer.StartAsync();
        using var host = Start(simulator);
        await simulator.FailAsync(new { path = "/buy", status = 429, count = 1, retryAfter = 1 });

        Assert.NotNull(await GetAsync(host, "123"));
        Assert.Equal(2, await simulator.CallsOfAsync("123"));
    }

    [Fact]
    public async Task All_callers_share_one_token()
    {
        await using var simulator = await SimulatorServer.StartAsync();
        using var host = Start(simulator);

        await Task.WhenAll(Enumerable.Range(1, 50).Select(number => GetAsync(host, $"{1000 + number}")));

        Assert.Equal(1, await simulator.CallsToAsync("token"));
        Assert.Equal(50, await simulator.CallsToAsync("legacy"));
    }

    [Fact]
    public async Task A_token_that_eBay_takes_back_is_replaced_once_for_all()
    {
        await using var simulator = await SimulatorServer.StartAsync();
        var time = new FakeTimeProvider();
        using var host = Start(simulator, time);
        await GetAsync(host, "1000");
        await simulator.RevokeTokensAsync();
        time.Advance(TimeSpan.FromMinutes(1));

        await Task.WhenAll(Enumerable.Range(1, 50).Select(number => GetAsync(host, $"{1000 + number}")));

        Assert.Equal(2, await simulator.CallsToAsync("token"));
    }

    [Fact]
    public async Task A_token_is_replaced_before_it_expires_while_it_still_serves()
    {
        await using var simulator = await SimulatorServer.StartAsync();
        var time = new FakeTimeProvider();
        using var host = Start(simulator, time);
        var tokens = host.Services.GetRequiredService<AccessTokens>();
        var first = await tokens.GetAsync(Cancel);

        time.Advance(TimeSpan.FromMinutes(114));
        Assert.Equal(first, await tokens.GetAsync(Cancel));
        Assert.Equal(1, await simulator.CallsToAsync("token"));

        time.Advance(TimeSpan.FromMinutes(2));
        Assert.Equal(first, await tokens.GetAsync(Cancel));
        await Wait.UntilAsync(async () => await tokens.GetAsync(Cancel) != first, "the token is refreshed");

        Assert.Equal(2, await simulator.CallsToAsync("token"));
    }

    [Fact]
    public async Task The_secret_never_reaches_the_log()
    {
        await using var simulator = await SimulatorServer.StartAsync();
        using var host = Start(simulator);
        await simulator.FailAsync(new { path = "/identity", status = 500, count = 1 });

        await GetAsync(host, "123");

        var secret = Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes($"{SimulatorServer.ClientId}:{SimulatorServer.ClientSecret}"));
        Assert.NotEmpty(host.Log);
        Assert.DoesNotContain(host.Log, line => line.Contains(SimulatorServer.ClientSecret, StringComparison.Ordinal) || line.Contains(secret, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Missing_settings_are_named_together()
    {
        var builder = Host.CreateEmptyApplicationBuilder(new());
        builder.AddEbayClient();
        builder.Configuration.AddInMemoryCollection([new("Ebay:MarketplaceId", "germany")]);
        using var host = builder.Build();

        var error = await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync(Cancel));

        Assert.All((string[])["Ebay:ApiUrl", "Ebay:ClientId", "Ebay:ClientSecret", "Ebay:MarketplaceId"], name => Assert.Contains(name, error.Message, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_search_finds_what_can_then_be_read_one_by_one()
    {
        await using var simulator = await SimulatorServer.StartAsync();
        using var host = Start(simulator);

        var first = await SearchAsync(host, "laptop", 0);

        Assert.InRange(first.Total, 100, 10_000);
        Assert.Equal(10_000, host.Source.SearchEnd);
        Assert.All(first.Products, product => Assert.Contains("laptop", product.Title, StringComparison.OrdinalIgnoreCase));
        var read = await GetAsync(host, first.Products[0].Id);
        var found = first.Products[0];
        Assert.Equal((read!.CategoryPath, read.ItemUrl, read.Condition), (found.CategoryPath, found.ItemUrl, found.Condition));
        Assert.Equal((read.Seller, read.Location), (found.Seller, found.Location));
    }

    [Fact]
    public async Task A_narrowed_search_is_eBays_own_so_that_its_pages_are_full_and_its_total_is_right()
    {
        await using var simulator = await SimulatorServer.StartAsync();
        using var host = Start(simulator);
        using var german = Start(simulator, ("Ebay:MarketplaceId", "EBAY_DE"));
        var all = await SearchAsync(host, "black", 0);

        foreach (var (condition, names) in ((ProductCondition, string[])[])[(ProductCondition.New, ["New", "Open box"]), (ProductCondition.Used, ["Used"]), (ProductCondition.Refurbished, ["Certified - Refurbished"])])
        {
            var page = await host.SearchAsync("black", 0, new SearchFilter(MinPrice: 50.5m, MaxPrice: 300, Condition: condition, InStock: true));

            Assert.Equal((Math.Min(50, page.Total), page.Total > 50), (page.Products.Count, page.HasMore));
            Assert.InRange(page.Total, 20, all.Total / 2);
            Assert.All(page.Products, product => Assert.Contains(product.Condition, names));
            Assert.All(page.Products, product => Assert.InRange(product.Price!.Amount, 50.5m, 300));
        }

        Assert.All((await host.SearchAsync("black", 0, new SearchFilter(MaxPrice: 40))).Products, product => Assert.InRange(product.Price!.Amount, 1, 40));
        Assert.All((await german.SearchAsync("black", 0, new SearchFilter(MinPrice: 900))).Products, product => Assert.InRange(product.Price!.Amount, 900, 10_000));
    }

    // Until midnight in California: in winter, in summer, and on the days whose clocks change.
    [Theory]
    [InlineData("2026-03-01T20:00Z", 12)]
    [InlineData("2026-08-05T20:00Z", 11)]
    [InlineData("2026-03-08T08:00Z", 23)]
    [InlineData("2026-11-01T07:00Z", 25)]
    public async Task Every_request_is_taken_from_the_budget_and_none_is_made_beyond_it(string now, int hoursLeft)
    {
        await using var simulator = await SimulatorServer.StartAsync();
        using var host = Start(simulator, new FakeTimeProvider(DateTimeOffset.Parse(now, CultureInfo.InvariantCulture)), ("Products:CallsPerDay", "3"));
        await simulator.FailAsync(new { path = "/buy", status = 404, count = 1 }); // an answer of no use is a call too

        await Assert.ThrowsAsync<ProductSourceException>(() => GetAsync(host, "123"));
        await GetAsync(host, "124");
        await SearchAsync(host, "laptop", 0);
        var refused = await Assert.ThrowsAsync<ProductSourceException>(() => GetAsync(host, "125"));

        Assert.Equal((ReplyErrorCodes.RateLimited, TimeSpan.FromHours(hoursLeft)), (refused.Code, refused.RetryAfter));
        Assert.Equal(0, await simulator.CallsOfAsync("125"));
    }

    private static Task<ProductPage> SearchAsync(EbayHost host, string query, int offset) => host.SearchAsync(query, offset);

    private static Task<Product?> GetAsync(EbayHost host, string id) => host.GetAsync(id);

    private static EbayHost Start(SimulatorServer simulator, params IEnumerable<(string Key, string Value)> settings) =>
        EbayHost.Start(simulator, TimeProvider.System, settings);

    private static EbayHost Start(SimulatorServer simulator, TimeProvider time, params IEnumerable<(string Key, string Value)> settings) =>
        EbayHost.Start(simulator, time, settings);
}
