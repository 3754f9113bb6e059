using Marketplace.Ebay.Browse;
using Xunit;

namespace Marketplace.Tests.Ebay;

/// <summary>eBay's ids: <c>v1|listing|variation</c> and legacy ids (developer.ebay.com, "Item IDs and legacy item IDs").</summary>
public class ItemIdTests
{
    [Theory]
    [InlineData("123", "123")]
    [InlineData("v1|123|0", "123")]
    [InlineData("v1|123|456", "v1|123|456")]
    [InlineData("110551231617", "110551231617")]
    public void A_listing_and_its_only_item_are_kept_under_one_id(string id, string kept) => Assert.Equal(kept, ItemIds.Canonical(id));

    [Theory]
    [InlineData("..")]
    [InlineData(".")]
    [InlineData("abc")]
    [InlineData("0")]
    [InlineData("0123")]
    [InlineData("1234567890123456789")]
    [InlineData("-1")]
    [InlineData("v1")]
    [InlineData("v1|")]
    [InlineData("v1|123")]
    [InlineData("v1|123|")]
    [InlineData("v1||0")]
    [InlineData("v1|123|00")]
    [InlineData("v1|123|0|0")]
    [InlineData("v1|123|x")]
    [InlineData("v2|123|0")]
    [InlineData("B0ABCDEFGH")]
    public async Task What_cannot_be_one_is_absent_without_a_call(string id)
    {
        await using var simulator = await SimulatorServer.StartAsync();
        using var host = EbayHost.Start(simulator, TimeProvider.System);

        Assert.Null(await host.GetAsync(id));
        Assert.False(host.Source.IsValidId(id));
        Assert.Equal(0, await simulator.CallsAsync()); // ".." would be /buy/browse/v1/
    }
}
