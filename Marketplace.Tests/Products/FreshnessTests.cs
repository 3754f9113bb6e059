using CsCheck;
using Marketplace.Products;
using Marketplace.Products.Reading;
using Microsoft.Extensions.Options;
using Xunit;

namespace Marketplace.Tests.Products;

public class FreshnessTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 0, 0, 0, TimeSpan.Zero);

    private static readonly Freshness Freshness = new(Options.Create(new ProductOptions { FreshFor = TimeSpan.FromMinutes(10), KeepFor = TimeSpan.FromHours(1) }), new TestMarketplace("test"));

    [Fact]
    public void A_product_expires_at_most_a_tenth_early() =>
        Products.Id.Sample(id => Assert.InRange(Freshness.FreshUntil(id, Now, null), Now.AddMinutes(9), Now.AddMinutes(10)));

    [Fact]
    public void A_later_read_never_expires_sooner() =>
        Gen.Select(Products.Id, Gen.Int[0, 100_000]).Sample((id, later) =>
            Assert.True(Freshness.FreshUntil(id, Now, null) <= Freshness.FreshUntil(id, Now.AddMilliseconds(later), null)));

    [Fact]
    public void No_product_is_fresh_or_kept_beyond_the_end_of_its_listing()
    {
        var (soon, late) = (Now.AddSeconds(30), Now.AddDays(30));

        Assert.Equal((soon, soon), (Freshness.FreshUntil("1", Now, soon), Freshness.KeptUntil("1", Now, soon)));
        Assert.Equal((Freshness.FreshUntil("1", Now, null), Freshness.KeptUntil("1", Now, null)), (Freshness.FreshUntil("1", Now, late), Freshness.KeptUntil("1", Now, late)));
    }

    [Fact]
    public void A_listing_that_was_read_after_its_end_is_kept_like_any_other() =>
        Assert.Equal(Freshness.KeptUntil("1", Now, null), Freshness.KeptUntil("1", Now, Now));

    [Fact]
    public void Products_read_together_do_not_expire_together()
    {
        var expiries = Enumerable.Range(0, 1000).Select(number => Freshness.FreshUntil($"{number}", Now, null)).ToList();

        Assert.True(expiries.Max() - expiries.Min() > TimeSpan.FromSeconds(50));
    }
}
