using System.Text.Json;
using CsCheck;
using Marketplace.Contracts;
using Marketplace.Products.Storage;
using Xunit;

namespace Marketplace.Tests.Products;

public class StoredProductTests
{
    private static readonly Gen<DateTime> Times = Gen.DateTime[new DateTime(2020, 1, 1), new DateTime(2040, 1, 1)]
        .Select(time => DateTime.SpecifyKind(new DateTime(time.Ticks - (time.Ticks % 10)), DateTimeKind.Utc));

    [Fact]
    public void A_stored_product_reads_as_the_product_with_what_storing_added() =>
        Gen.Select(Products.Any, Times, Times, Gen.Long[1, 1_000_000]).Sample((product, fetchedAt, persistedAt, version) =>
        {
            var stored = new StoredProduct(product.Id, version, fetchedAt, persistedAt, StoredProduct.WriteContent(product));

            var read = JsonSerializer.Deserialize(stored.ToJson(), ContractsJson.Default.Product)!;

            Assert.Equivalent(product with { FetchedAt = fetchedAt, Version = version, PersistedAt = persistedAt }, read, strict: true);
        });

    [Fact]
    public void Being_fetched_again_is_no_change() =>
        Products.Any.Sample(product => Assert.Equal(
            StoredProduct.WriteContent(product),
            StoredProduct.WriteContent(product with { FetchedAt = product.FetchedAt.AddHours(1), Version = product.Version + 1, PersistedAt = product.FetchedAt })));

    [Fact]
    public void A_listing_that_has_ended_since_it_was_stored_says_so()
    {
        var end = new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
        var product = new Product { Id = "1", Marketplace = "ebay", Title = "t", EndsAt = end, Availability = new Availability("IN_STOCK", 3), FetchedAt = end.AddHours(-1) };
        var stored = new StoredProduct("1", 1, product.FetchedAt.UtcDateTime, product.FetchedAt.UtcDateTime, StoredProduct.WriteContent(product));

        Assert.Equal(end, stored.EndsAt);
        Assert.Equal("IN_STOCK", Read(stored.ToJsonAt(end.AddSeconds(-1))).Availability!.Status);
        Assert.Equal(new Availability("ENDED", null), Read(stored.ToJsonAt(end)).Availability);
        Assert.Equal(1, Read(stored.ToJsonAt(end)).Version);

        static Product Read(byte[] json) => JsonSerializer.Deserialize(json, ContractsJson.Default.Product)!;
    }

    [Fact]
    public void A_conversion_and_a_sellers_feedback_are_no_change_and_anything_else_is()
    {
        var product = new Product
        {
            Id = "1",
            Marketplace = "ebay",
            Title = "t",
            Price = new Money(127.31m, "USD"),
            PriceConvertedFrom = new Money(100m, "GBP"),
            CurrentBidPrice = new Money(50m, "USD"),
            Seller = new Seller("s", 10, 99.1m),
            FetchedAt = new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero),
        };
        var stored = new StoredProduct("1", 1, product.FetchedAt.UtcDateTime, product.FetchedAt.UtcDateTime, StoredProduct.WriteContent(product));

        Assert.True(ProductChange.IsNone(stored, product with { Price = new Money(127.90m, "USD"), Seller = new Seller("s", 12, 99.2m) }));
        Assert.False(ProductChange.IsNone(stored, product with { PriceConvertedFrom = new Money(101m, "GBP") }));
        Assert.False(ProductChange.IsNone(stored, product with { PriceConvertedFrom = null, Price = new Money(127.90m, "USD") }));
        Assert.False(ProductChange.IsNone(stored, product with { CurrentBidPrice = new Money(51m, "USD") }));
        Assert.False(ProductChange.IsNone(stored, product with { Seller = new Seller("other", 10, 99.1m) }));
        Assert.False(ProductChange.IsNone(stored with { Content = null }, product));
    }
}
