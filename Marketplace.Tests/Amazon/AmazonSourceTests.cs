using Marketplace.Amazon;
using Marketplace.Contracts;
using Marketplace.Products;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Xunit;

namespace Marketplace.Tests.Amazon;

/// <summary>Amazon's client against the simulator, over real HTTP.</summary>
public class AmazonSourceTests
{
    [Fact]
    public async Task Ten_products_cost_one_call_and_are_matched_by_their_ASIN()
    {
        await using var simulator = await AmazonServer.StartAsync();
        using var host = AmazonHost.Start(simulator);
        string[] ids = [.. Enumerable.Range(1, 9).Select(number => $"B00000000{number}"), "059035342X"];

        var products = await host.GetAsync(ids); // the simulator answers in another order

        Assert.Equal(ids.Order(), products.Keys.Order());
        Assert.All(products, pair => Assert.Equal((pair.Key, "amazon"), (pair.Value!.Id, pair.Value.Marketplace)));
        Assert.All(products, pair => Assert.Contains($"/dp/{pair.Key}?", pair.Value!.ItemUrl, StringComparison.Ordinal));
        Assert.Equal(1, await simulator.CallsToAsync("getItems"));
    }

    [Fact]
    public async Task A_product_has_what_Amazon_tells()
    {
        await using var simulator = await AmazonServer.StartAsync();
        using var host = AmazonHost.Start(simulator, ("Amazon:Marketplace", "www.amazon.de"));

        var product = (await host.GetAsync("B000000001"))["B000000001"]!;

        Assert.Equal("https://www.amazon.de/dp/B000000001?tag=tests-20&linkCode=ogi&language=en_US&th=1&psc=1", product.ItemUrl);
        Assert.Equal("EUR", product.Price!.Currency);
        Assert.NotEqual(0, product.Price.Amount);
        Assert.Equal(("New", "IN_STOCK"), (product.Condition, product.Availability!.Status));
        Assert.Contains('\n', product.Description!);
        Assert.Contains('|', product.CategoryPath!);
        Assert.All((string?[])[product.Title, product.Brand, product.Seller!.Username], text => Assert.False(string.IsNullOrEmpty(text)));
        Assert.All(product.ImageUrls, url => Assert.StartsWith($"{simulator.Address}images/B000000001/", url, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("B000000501", false, null, null)] // no offersV2
    [InlineData("B000000502", false, null, null)] // no listings
    [InlineData("B000000503", false, "OUT_OF_STOCK", "New")] // out of stock without a price
    [InlineData("B000000504", true, "IN_STOCK", "Used")] // a used one is the only one
    [InlineData("B000000506", true, "IN_STOCK", "New")] // a deal whose times lack seconds
    [InlineData("B000000507", false, "IN_STOCK", "New")] // a price that may not be shown
    [InlineData("B000000508", true, "LIMITED_STOCK", "New")]
    [InlineData("B000000509", false, null, null)] // nothing but a title
    public async Task Offers_of_every_shape_are_read(string id, bool hasPrice, string? status, string? condition)
    {
        await using var simulator = await AmazonServer.StartAsync();
        using var host = AmazonHost.Start(simulator);

        var product = (await host.GetAsync(id))[id]!;

        Assert.Equal((hasPrice, status, condition), (product.Price is not null, product.Availability?.Status, product.Condition));
        Assert.NotEmpty(product.Title);
    }

    [Fact]
    public async Task A_subscription_is_not_the_price()
    {
        await using var simulator = await AmazonServer.StartAsync();
        using var host = AmazonHost.Start(simulator);
        var answer = await simulator.CallAsync("getItems", new { itemIds = new[] { "B000000505" }, partnerTag = AmazonServer.PartnerTag, resources = new[] { "offersV2.listings.price", "offersV2.listings.type" } }, $"Bearer {await simulator.SignInAsync()}");
        var listings = answer.Body.GetProperty("itemsResult").GetProperty("items")[0].GetProperty("offersV2").GetProperty("listings");

        var product = (await host.GetAsync("B000000505"))["B000000505"]!;

        Assert.Equal("SUBSCRIBE_AND_SAVE", listings[0].GetProperty("type").GetString());
        Assert.Equal(listings[1].GetProperty("price").GetProperty("money").GetProperty("amount").GetDecimal(), product.Price!.Amount);
    }

    [Fact]
    public async Task Of_a_batch_some_are_found_some_absent_and_some_without_an_answer()
    {
        await using var simulator = await AmazonServer.StartAsync();
        using var host = AmazonHost.Start(simulator);

        var products = await host.GetAsync("B000000001", "B000000404", "B000000405", "B000000002");

        Assert.Equal(["B000000001", "B000000002", "B000000404"], products.Keys.Order());
        Assert.Null(products["B000000404"]);
        Assert.NotNull(products["B000000001"]);
    }

    [Theory]
    [InlineData("404")]
    [InlineData("errors")]
    [InlineData("empty")]
    public async Task Where_there_is_none_all_are_absent_however_Amazon_says_it(string form)
    {
        await using var simulator = await AmazonServer.StartAsync();
        using var host = AmazonHost.Start(simulator);
        await simulator.SpeakAsync(new { noItems = form });

        var products = await host.GetAsync("B000000404", "B000001404");

        Assert.Equal(["B000000404", "B000001404"], products.Keys.Order());
        Assert.All(products.Values, Assert.Null);
        if (form == "empty")
        {
            Assert.Null((await host.GetAsync("B000000405"))["B000000405"]); // an empty list without errors beside it
        }
    }

    [Fact]
    public async Task The_list_is_read_in_the_manuals_spelling_too()
    {
        await using var simulator = await AmazonServer.StartAsync();
        using var host = AmazonHost.Start(simulator);
        await simulator.SpeakAsync(new { itemResults = true });

        Assert.NotNull((await host.GetAsync("B000000001"))["B000000001"]);
    }

    [Theory]
    [InlineData("B000000001", true)]
    [InlineData("059035342X", true)]
    [InlineData("1234567890", true)]
    [InlineData("b000000001", false)]
    [InlineData("B00000001", false)]
    [InlineData("B0000000011", false)]
    [InlineData("B00000-001", false)]
    public async Task Only_ASINs_are_worth_a_call(string id, bool isValid)
    {
        await using var simulator = await AmazonServer.StartAsync();
        using var host = AmazonHost.Start(simulator);

        Assert.Equal(isValid, host.Source.IsValidId(id));
    }

    [Fact]
    public async Task A_search_goes_to_ten_pages_of_ten_and_says_that_it_ends()
    {
        await using var simulator = await AmazonServer.StartAsync();
        using var host = AmazonHost.Start(simulator);

        var pages = new List<ProductPage>();
        while (pages.Count == 0 || pages[^1].HasMore)
        {
            pages.Add(await host.SearchAsync("laptop", pages.Count * 10));
        }

        var products = pages.SelectMany(page => page.Products).ToList();
        Assert.Equal((10, 100, 100), (pages.Count, products.Count, products.Select(product => product.Id).Distinct().Count()));
        Assert.InRange(pages[0].Total, 101, 10_000);
        Assert.All(products, product => Assert.Contains("laptop", product.Title, StringComparison.OrdinalIgnoreCase));
        Assert.Equal(100, host.Source.SearchEnd);
        Assert.Equal(10, await simulator.CallsToAsync("searchItems"));
        var read = (await host.GetAsync(products[0].Id))[products[0].Id]!;
        Assert.Equal((read.Title, read.Price), (products[0].Title, products[0].Price));
    }

    [Theory]
    [InlineData("www.amazon.com", 100.25, 300)]
    [InlineData("www.amazon.co.jp", 15000.5, 45000)]
    public async Task A_narrowed_search_is_Amazons_own_in_its_currencys_smallest_unit(string site, double from, double to)
    {
        await using var simulator = await AmazonServer.StartAsync();
        using var host = AmazonHost.Start(simulator, ("Amazon:Marketplace", site));

        var page = await host.SearchAsync("black", filter: new SearchFilter((decimal)from, (decimal)to, ProductCondition.New, InStock: true));

        Assert.Equal((10, true), (page.Products.Count, page.HasMore));
        Assert.InRange(page.Total, 20, (await host.SearchAsync("black")).Total - 20);
        Assert.All(page.Products, product => Assert.InRange(product.Price!.Amount, (decimal)from, (decimal)to));
    }

    [Theory]
    [InlineData(ProductCondition.Used)]
    [InlineData(ProductCondition.Refurbished)]
    public async Task Amazon_cannot_be_searched_for_what_is_not_new_and_says_so_without_a_call(ProductCondition condition)
    {
        await using var simulator = await AmazonServer.StartAsync();
        using var host = AmazonHost.Start(simulator);

        var refused = await Assert.ThrowsAsync<ProductSourceException>(() => host.SearchAsync("black", filter: new SearchFilter(Condition: condition)));

        Assert.Equal((ReplyErrorCodes.BadUserInput, "condition"), (refused.Code, refused.Field));
        Assert.Equal(0, await simulator.CallsToAsync("searchItems"));
    }

    [Theory]
    [InlineData("404")]
    [InlineData("errors")]
    [InlineData("empty")]
    public async Task A_search_that_finds_nothing_is_an_answer_however_Amazon_says_it(string form)
    {
        await using var simulator = await AmazonServer.StartAsync();
        using var host = AmazonHost.Start(simulator);
        await simulator.SpeakAsync(new { noHits = form });

        var nothing = await host.SearchAsync("no such thing");

        Assert.Equal((0, 0L, false), (nothing.Products.Count, nothing.Total, nothing.HasMore));
    }

    [Theory]
    [InlineData("2", null, 2)]
    [InlineData("0.1", ReplyErrorCodes.RateLimited, 1)] // its turn is in ten seconds
    public async Task A_call_is_repeated_when_its_turn_comes_and_not_otherwise(string callsPerSecond, string? code, int calls)
    {
        await using var simulator = await AmazonServer.StartAsync();
        using var host = AmazonHost.Start(simulator, ("Products:CallsPerSecond", callsPerSecond));
        await simulator.FailAsync(new { path = "/catalog", status = 500, count = 1 });

        var failure = await Record.ExceptionAsync(() => host.Calls.GetAsync("B000000001", TimeSpan.FromSeconds(10), isRefresh: false, TestContext.Current.CancellationToken));

        Assert.Equal(code, (failure as ProductSourceException)?.Code);
        Assert.Equal(calls, await simulator.CallsToAsync("getItems"));
    }

    [Fact]
    public async Task Missing_settings_are_named_together()
    {
        var builder = Host.CreateEmptyApplicationBuilder(new());
        builder.AddAmazonClient();
        builder.Configuration.AddInMemoryCollection([new("Amazon:Marketplace", "germany"), new("Amazon:CredentialVersion", "5")]);
        using var host = builder.Build();

        var error = await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync(TestContext.Current.CancellationToken));

        Assert.All(
            (string[])["Amazon:CredentialId", "Amazon:CredentialSecret", "Amazon:PartnerTag", "Amazon:Marketplace", "Amazon:CredentialVersion"],
            name => Assert.Contains(name, error.Message, StringComparison.Ordinal));
    }
}
