using Marketplace.Contracts;
using Xunit;

namespace Marketplace.Tests.Ebay;

/// <summary>What eBay's errors and warnings mean.</summary>
public class EbayErrorTests
{
    public static TheoryData<int, int> Absences => new(
        from status in new[] { 400, 404, 409 }
        from error in new[] { 11001, 11002, 11003, 11012, 11013 }
        select (status, error));

    [Theory]
    [MemberData(nameof(Absences))]
    public async Task Absent_is_what_the_error_id_says_whatever_the_status(int status, int error)
    {
        await using var simulator = await SimulatorServer.StartAsync();
        using var host = EbayHost.Start(simulator, TimeProvider.System);
        await simulator.FailAsync(new { path = "/buy", status, errorIds = new[] { 11501, error } }); // every entry is read

        Assert.Null(await host.GetAsync("123"));
    }

    [Theory]
    [InlineData(404, 11000)]
    [InlineData(404, 11011)]
    [InlineData(400, 11005)]
    public async Task Any_other_error_is_no_absence(int status, int error)
    {
        await using var simulator = await SimulatorServer.StartAsync();
        using var host = EbayHost.Start(simulator, TimeProvider.System);
        await simulator.FailAsync(new { path = "/buy", status, errorIds = new[] { error } });

        Assert.Equal(ReplyErrorCodes.UpstreamUnavailable, (await host.FailAsync("123")).Code);
    }

    [Theory]
    [InlineData("405")]
    [InlineData("406")]
    [InlineData("407")]
    public async Task The_documented_absences_are_absences(string id)
    {
        await using var simulator = await SimulatorServer.StartAsync();
        using var host = EbayHost.Start(simulator, TimeProvider.System);

        Assert.Null(await host.GetAsync(id));
        Assert.Null(await host.GetAsync($"v1|{id}|0"));
    }

    [Theory]
    [InlineData(11004)]
    [InlineData(11008)]
    public async Task A_listing_that_is_being_changed_is_to_be_asked_for_later(int error)
    {
        await using var simulator = await SimulatorServer.StartAsync();
        using var host = EbayHost.Start(simulator, TimeProvider.System);
        var documented = await host.FailAsync("408");
        await simulator.FailAsync(new { path = "/buy", status = 404, errorIds = new[] { 11501, error } });
        var live = await host.FailAsync("123");

        Assert.All([documented, live], failure => Assert.Equal((ReplyErrorCodes.UpstreamUnavailable, TimeSpan.FromMinutes(3)), (failure.Code, failure.RetryAfter)));
    }

    [Fact]
    public async Task An_answer_with_warnings_is_an_answer_and_each_kind_is_logged_once()
    {
        await using var simulator = await SimulatorServer.StartAsync();
        using var meter = new WarningCounter();
        using var host = EbayHost.Start(simulator, TimeProvider.System);

        Assert.NotNull(await host.GetAsync("616"));
        Assert.NotNull(await host.GetAsync("1616"));
        Assert.Equal(2, (await host.SearchAsync("sample", 0)).Products.Count);

        Assert.Single(host.Log, line => line.StartsWith("Warning: eBay warns: 11508 This seller is currently away.", StringComparison.Ordinal));
        Assert.Single(host.Log, line => line.StartsWith("Warning: eBay warns: 12002 ", StringComparison.Ordinal));
        Assert.Equal((2, 2, 1), (meter.Of("11508"), meter.Of("11509"), meter.Of("12002")));
    }

    [Fact]
    public async Task An_answer_of_null_is_no_absence()
    {
        await using var simulator = await SimulatorServer.StartAsync();
        using var host = EbayHost.Start(simulator, TimeProvider.System);
        await simulator.FailAsync(new { path = "/buy", body = "null" });

        Assert.Equal(ReplyErrorCodes.UpstreamUnavailable, (await host.FailAsync("123")).Code);
    }
}
