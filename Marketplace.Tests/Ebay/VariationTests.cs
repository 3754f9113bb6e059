using CsCheck;
using Marketplace.Contracts;
using Marketplace.Ebay.Browse;
using Xunit;

namespace Marketplace.Tests.Ebay;

/// <summary>A listing with variations: which one stands for it, and its description, which eBay keeps beside them.</summary>
public class VariationTests
{
    [Fact]
    public async Task The_cheapest_in_stock_stands_for_the_listing_with_the_description_that_all_share()
    {
        await using var simulator = await SimulatorServer.StartAsync();
        using var host = EbayHost.Start(simulator, TimeProvider.System);

        var product = (await host.GetAsync("601"))!;

        // eBay's order is 3, 1, 2; 1 is the cheapest and sold out, 2 and 3 cost the same.
        Assert.Equal("601", product.Id);
        Assert.Equal("https://www.ebay.com/itm/601?var=2", product.ItemUrl);
        Assert.Equal(new Money(31.00m, "USD"), product.Price);
        Assert.Equal("<p>A jacket in three colours, one text for all of them.</p>", product.Description);
    }

    [Theory]
    [InlineData("600")]
    [InlineData("v1|601|3")]
    public async Task Every_variation_has_its_description(string id)
    {
        await using var simulator = await SimulatorServer.StartAsync();
        using var host = EbayHost.Start(simulator, TimeProvider.System);

        Assert.StartsWith("<p>", (await host.GetAsync(id))!.Description, StringComparison.Ordinal);
    }

    [Fact]
    public void The_order_of_the_variations_does_not_matter() =>
        Gen.Shuffle(Enumerable.Range(0, 24).Select(number => new Item
        {
            ItemId = $"v1|601|{number}",
            Title = number == 3 ? " " : $"Variation {number}",
            Price = number % 7 == 5 ? null : new Amount($"{(number % 4) + 1}.50", "USD"),
            EstimatedAvailabilities = [new EstimatedAvailability(number is 5 or 9 or 13 or 14 or 3 ? "IN_STOCK" : "OUT_OF_STOCK", 1, null)],
        }).ToArray()).Sample(items => Assert.Equal("v1|601|13", new ItemGroup(null, items).Representative!.ItemId));

    [Fact]
    public void A_description_of_its_own_comes_before_the_shared_one()
    {
        var item = new Item { ItemId = "v1|1|1", Title = "t", Description = "own" };
        CommonDescription[] common = [new("others'", ["v1|1|2"]), new("shared", ["v1|1|1"])];

        Assert.Equal("own", new ItemGroup(common, [item]).Representative!.Description);
        Assert.Equal("shared", new ItemGroup(common, [item with { Description = null }]).Representative!.Description);
        Assert.Null(new ItemGroup(null, [item with { Description = null }]).Representative!.Description);
    }

    [Fact]
    public void A_group_without_stock_still_has_one_and_an_empty_one_has_none()
    {
        Item[] items = [new() { ItemId = "b", Title = "t", Price = new Amount("2", "USD") }, new() { ItemId = "a", Title = "t", Price = new Amount("10", "USD") }];

        Assert.Equal("b", new ItemGroup(null, items).Representative!.ItemId);
        Assert.Null(new ItemGroup(null, null).Representative);
    }

    [Theory]
    [InlineData("https://api.ebay.com/buy/browse/v1/item/get_items_by_item_group?item_group_id=601", "601")]
    [InlineData("/buy/browse/v1/item/get_items_by_item_group?fieldgroups=COMPACT&item_group_id=601#top", "601")]
    [InlineData("http://elsewhere.example/?item_group_id=601", "601")]
    [InlineData("https://api.ebay.com/?item_group_id=601&item_group_id=602", null)]
    [InlineData("https://api.ebay.com/?item_group_id=601%2F..%2Fother", null)]
    [InlineData("https://api.ebay.com/?item_group_id=12345678901234567890", null)]
    [InlineData("https://api.ebay.com/601", null)]
    [InlineData(null, null)]
    public void The_group_is_what_itemGroupHref_names(string? href, string? id)
    {
        EbayError[] errors = [new(11501, null, null), new(11006, null, [new("other", "?item_group_id=1"), new("itemGroupHref", href)])];

        Assert.Equal(id, new BrowseException(System.Net.HttpStatusCode.BadRequest, errors).ItemGroupId);
    }

    [Fact]
    public async Task The_address_of_a_group_is_not_called()
    {
        await using var simulator = await SimulatorServer.StartAsync();
        await using var elsewhere = await SimulatorServer.StartAsync();
        using var host = EbayHost.Start(simulator, TimeProvider.System);
        await simulator.FailAsync(new { path = "/buy/browse/v1/item/get_item_by_legacy_id", status = 400, errorIds = new[] { 11006 }, itemGroupHref = new Uri(elsewhere.Address, "/buy/browse/v1/item/get_items_by_item_group?item_group_id=601") });

        var product = await host.GetAsync("123");

        Assert.Equal("https://www.ebay.com/itm/601?var=2", product!.ItemUrl); // the group's id is eBay's to name
        Assert.Equal((1, 0), (await simulator.CallsOfAsync("601"), await elsewhere.CallsOfAsync("601")));
    }
}
