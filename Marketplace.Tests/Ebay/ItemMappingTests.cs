using CsCheck;
using Marketplace.Contracts;
using Marketplace.Ebay.Browse;
using Xunit;

namespace Marketplace.Tests.Ebay;

public class ItemMappingTests
{
    private static readonly DateTimeOffset FetchedAt = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    private static readonly string?[] Odd = [null, "", " ", "12.5", "-3", "1,000", "USD", "1e9", "99999999999999999999999999999"];

    private static readonly Gen<string?> Text = Gen.Select(Gen.String, Gen.Int[0, 2 * Odd.Length], (text, choice) => choice < Odd.Length ? Odd[choice] : text);

    private static readonly Gen<Amount?> Amounts = Gen.Select(Text, Text, (value, currency) => new Amount(value, currency)).Null()!;

    private static readonly Gen<Image?> Images = Text.Select(url => new Image(url)).Null()!;

    private static readonly Gen<Item> Items = Gen.Select(
        Gen.Select(Text, Text, Text, Text),
        Gen.Select(Amounts, Amounts, Images, Images.Array[0, 4].Null()),
        Gen.Select(Text, Gen.Int.Nullable(), Text),
        Gen.Select(Text, Gen.Int.Nullable(), Gen.Int.Nullable()),
        (texts, parts, seller, stock) => new Item
        {
            Title = texts.Item1,
            Description = texts.Item2,
            Brand = texts.Item3,
            Condition = texts.Item4,
            Price = parts.Item1,
            CurrentBidPrice = parts.Item2,
            Image = parts.Item3,
            AdditionalImages = parts.Item4!,
            Seller = new ItemSeller(seller.Item1, seller.Item2, seller.Item3),
            EstimatedAvailabilities = [new EstimatedAvailability(stock.Item1, stock.Item2, stock.Item3)],
            ItemLocation = new ItemLocation(texts.Item1, texts.Item2, texts.Item3),
        });

    [Fact]
    public void An_item_becomes_a_product()
    {
        var product = new Item
        {
            ItemId = "v1|123|0",
            Title = "Keychron K2",
            ShortDescription = "A keyboard",
            Price = new Amount("89.50", "EUR"),
            Condition = "New",
            Brand = "Keychron",
            CategoryPath = "Computers|Keyboards",
            Image = new Image("https://i/1.jpg"),
            AdditionalImages = [new Image("https://i/2.jpg"), new Image("https://i/1.jpg"), new Image(null)],
            ItemWebUrl = "https://www.ebay.com/itm/123",
            Seller = new ItemSeller("attic", 12, "99.7"),
            EstimatedAvailabilities = [new EstimatedAvailability("IN_STOCK", 10, null)],
            ItemLocation = new ItemLocation("Berlin", null, "DE"),
        }.ToProduct("123", FetchedAt)!;

        Assert.Equal("123", product.Id);
        Assert.Equal(["123", "v1|123|0"], product.Ids);
        Assert.Equal("ebay", product.Marketplace);
        Assert.Equal("A keyboard", product.Description);
        Assert.Equal(new Money(89.50m, "EUR"), product.Price);
        Assert.Equal(["https://i/1.jpg", "https://i/2.jpg"], product.ImageUrls);
        Assert.Equal(new Seller("attic", 12, 99.7m), product.Seller);
        Assert.Equal(new Availability("IN_STOCK", 10), product.Availability);
        Assert.Equal("Berlin, DE", product.Location);
        Assert.Equal(FetchedAt, product.FetchedAt);
        Assert.Equal(0, product.Version);
    }

    // buy_browse_v1_oas3.json, type Item: currentBidPrice and bidCount are those of auctions; buyingOptions has FIXED_PRICE beside AUCTION
    // as long as an auction can be bought at once, which the first bid ends.
    [Theory]
    [InlineData("AUCTION", null, null, 61.00)]
    [InlineData("AUCTION", "61.00", null, 61.00)]
    [InlineData("AUCTION,FIXED_PRICE", "90.00", 90.00, 61.00)]
    [InlineData("FIXED_PRICE,BEST_OFFER", "90.00", 90.00, null)]
    public void A_bid_is_no_price(string options, string? price, double? buyNow, double? bid)
    {
        var product = new Item
        {
            Title = "x",
            BuyingOptions = options.Split(','),
            Price = price is null ? null : new Amount(price, "USD"),
            CurrentBidPrice = bid is null ? null : new Amount("61.00", "USD"),
            BidCount = bid is null ? null : 3,
        }.ToProduct("1", FetchedAt)!;

        Assert.Equal(buyNow, (double?)product.Price?.Amount);
        Assert.Equal((bid, bid is null ? null : 3), ((double?)product.CurrentBidPrice?.Amount, product.BidCount));
        Assert.Equal(options.Split(','), product.BuyingOptions);
    }

    // buy_browse_v1_oas3.json, type EstimatedAvailability: with availabilityThresholdType MORE_THAN, availabilityThreshold is what there is more of.
    [Theory]
    [InlineData(null, 10, "MORE_THAN", null, 10)]
    [InlineData(7, null, null, 7, null)]
    [InlineData(null, 10, "ANOTHER_TYPE", null, null)]
    public void A_threshold_is_no_quantity(int? available, int? threshold, string? type, int? quantity, int? moreThan) =>
        Assert.Equal(
            new Availability("IN_STOCK", quantity, moreThan),
            new Item { Title = "x", EstimatedAvailabilities = [new EstimatedAvailability("IN_STOCK", available, threshold, type)] }.ToProduct("1", FetchedAt)!.Availability);

    // developer.ebay.com/api-docs/buy/browse/overview.html: a listing whose itemEndDate is past can still be answered.
    [Theory]
    [InlineData("2026-03-01T11:59:59.999Z", "ENDED")]
    [InlineData("2026-03-01T12:00:00.000Z", "ENDED")]
    [InlineData("2026-03-01T12:00:00.001Z", "IN_STOCK")]
    [InlineData("soon", "IN_STOCK")]
    [InlineData(null, "IN_STOCK")]
    public void A_listing_that_has_ended_says_so(string? end, string status)
    {
        var product = new Item { Title = "x", ItemEndDate = end, EstimatedAvailabilities = [new EstimatedAvailability("IN_STOCK", 3, null)] }.ToProduct("1", FetchedAt)!;

        Assert.Equal(status, product.Availability!.Status);
        Assert.Equal(end is null or "soon", product.EndsAt is null);
    }

    // buy_browse_v1_oas3.json, type ConvertedAmount.
    [Fact]
    public void The_price_before_its_conversion_is_kept()
    {
        var product = new Item { Title = "x", Price = new Amount("127.31", "USD", "100.00", "GBP"), CurrentBidPrice = new Amount("5", "USD") }.ToProduct("1", FetchedAt)!;

        Assert.Equal((new Money(127.31m, "USD"), new Money(100.00m, "GBP")), (product.Price, product.PriceConvertedFrom));
        Assert.Null(product.CurrentBidPriceConvertedFrom);
    }

    // A listing without variations has the item v1|n|0; one with variations has v1|n|1 and so on, and none with 0.
    [Theory]
    [InlineData("123", "v1|123|0", "123 v1|123|0")]
    [InlineData("v1|123|0", "v1|123|0", "123 v1|123|0")]
    [InlineData("123", "v1|123|4", "123")]
    [InlineData("v1|123|4", "v1|123|4", null)]
    [InlineData("123", null, null)]
    public void A_product_names_all_its_ids(string id, string? itemId, string? all) =>
        Assert.Equal(all, new Item { Title = "x", ItemId = itemId }.ToProduct(id, FetchedAt)!.Ids is { } ids ? string.Join(' ', ids) : null);

    [Fact]
    public void Whatever_eBay_leaves_out_or_garbles_is_absent_and_never_wrong() =>
        Items.Sample(item =>
        {
            var product = item.ToProduct("123", FetchedAt);
            Assert.Equal(string.IsNullOrWhiteSpace(item.Title), product is null);
            if (product is null)
            {
                return;
            }

            Assert.Equal("123", product.Id);
            Assert.All(product.ImageUrls, url => Assert.False(string.IsNullOrWhiteSpace(url)));
            Assert.True(product.Price is null or { Currency.Length: 3 });
            Assert.True(product.CurrentBidPrice is null or { Currency.Length: 3 });
            Assert.True(product.Seller is null or { FeedbackPercentage: null or (>= 0 and <= 100) });
            Assert.NotEqual("", product.Location);
        });
}
