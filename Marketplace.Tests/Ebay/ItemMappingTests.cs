using CsCheck;
using Marketplace.Ebay.Browse;
using Marketplace.Messaging.Contracts;
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
            EstimatedAvailabilities = [new EstimatedAvailability("IN_STOCK", null, 10)],
            ItemLocation = new ItemLocation("Berlin", null, "DE"),
        }.ToProduct("123", FetchedAt)!;

        Assert.Equal("123", product.Id);
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

    [Fact]
    public void An_auction_is_priced_at_its_highest_bid() =>
        Assert.Equal(new Money(5m, "USD"), new Item { Title = "x", CurrentBidPrice = new Amount("5.00", "USD") }.ToProduct("1", FetchedAt)!.Price);

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
            Assert.True(product.Seller is null or { FeedbackPercentage: null or (>= 0 and <= 100) });
            Assert.NotEqual("", product.Location);
        });
}
