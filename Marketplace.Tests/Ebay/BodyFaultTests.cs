using Marketplace.Contracts;
using Marketplace.Products;
using Marketplace.Tests.Products;
using Xunit;

namespace Marketplace.Tests.Ebay;

/// <summary>Answers that begin well and then stall, never end, end too soon, or are larger than they look: the call ends all the same.</summary>
public class BodyFaultTests
{
    public static TheoryData<string, string, string> Faults => new()
    {
        { "/buy", "drip", ReplyErrorCodes.UpstreamTimeout },
        { "/identity", "stall", ReplyErrorCodes.UpstreamTimeout },
        { "/identity", "drip", ReplyErrorCodes.UpstreamTimeout },
        { "/identity", "endless", ReplyErrorCodes.UpstreamUnavailable },
        { "/identity", "cut", ReplyErrorCodes.UpstreamUnavailable },
        { "/identity", "gzip-bomb", ReplyErrorCodes.UpstreamUnavailable },
    };

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task A_read_ends_and_the_same_id_can_be_read_again(string path, string body, string code)
    {
        await using var simulator = await SimulatorServer.StartAsync();
        using var host = EbayHost.Start(simulator, TimeProvider.System);
        await simulator.FailAsync(new { path, body });

        Assert.Equal(code, (await host.FailAsync("123")).Code);

        await simulator.HealAsync();
        await Wait.UntilAsync(() => IsAnsweredAsync(host), "the product is read");
    }

    [Theory]
    [InlineData("stall", ReplyErrorCodes.UpstreamTimeout)]
    [InlineData("endless", ReplyErrorCodes.UpstreamUnavailable)]
    public async Task A_search_ends(string body, string code)
    {
        await using var simulator = await SimulatorServer.StartAsync();
        using var host = EbayHost.Start(simulator, TimeProvider.System);
        await simulator.FailAsync(new { path = "/buy", body });

        var failure = await Assert.ThrowsAsync<ProductSourceException>(() => host.SearchAsync("laptop", 0));

        Assert.Equal(code, failure.Code);
    }

    [Fact]
    public async Task An_answer_that_is_too_large_is_not_asked_for_again()
    {
        await using var simulator = await SimulatorServer.StartAsync();
        using var host = EbayHost.Start(simulator, TimeProvider.System);
        await simulator.FailAsync(new { path = "/buy", body = "endless" });

        var failure = await host.FailAsync("123");

        Assert.Contains("larger than 2097152 bytes", failure.Message, StringComparison.Ordinal);
        Assert.Equal(1, await simulator.CallsOfAsync("123"));
    }

    [Fact]
    public async Task A_body_that_is_cut_in_passing_is_not_noticed()
    {
        await using var simulator = await SimulatorServer.StartAsync();
        using var host = EbayHost.Start(simulator, TimeProvider.System);
        await simulator.FailAsync(new { path = "/buy", body = "cut", count = 1 });

        Assert.NotNull(await host.GetAsync("123"));
        Assert.Equal(2, await simulator.CallsOfAsync("123"));
    }

    [Theory]
    [InlineData("/buy")]
    [InlineData("/identity")]
    public async Task A_redirect_to_another_host_is_not_followed(string path)
    {
        await using var simulator = await SimulatorServer.StartAsync();
        await using var elsewhere = await SimulatorServer.StartAsync();
        using var host = EbayHost.Start(simulator, TimeProvider.System);
        await simulator.FailAsync(new { path, redirectTo = new Uri(elsewhere.Address, "/buy/browse/v1/item/v1%7C123%7C0") });

        var failure = await host.FailAsync("123");

        Assert.Equal(ReplyErrorCodes.UpstreamUnavailable, failure.Code);
        Assert.Equal(0, await elsewhere.CallsToAsync("item"));
    }

    private static async Task<bool> IsAnsweredAsync(EbayHost host)
    {
        try
        {
            return await host.GetAsync("123") is not null;
        }
        catch (ProductSourceException)
        {
            return false; // the pause after a token that was not to be had, or after too many failures
        }
    }
}
