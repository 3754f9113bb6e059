using System.Text.Json;
using CsCheck;
using Marketplace.Messaging.Contracts;
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
}
