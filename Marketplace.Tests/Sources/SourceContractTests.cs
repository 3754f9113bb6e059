using System.Text.Json.Nodes;
using Marketplace.Contracts;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Marketplace.Tests.Sources;

/// <summary>What every marketplace's source does; derive from it with a simulator of the marketplace and a few ids.</summary>
/// <param name="id">The id of a product that the simulator has.</param>
/// <param name="absentId">An id of the right form that it does not have.</param>
/// <param name="path">What the path of each call of the API starts with, those for tokens left out.</param>
/// <param name="query">A search of more than two pages; <c>null</c> where the marketplace cannot be searched.</param>
public abstract class SourceContractTests(string id, string absentId, string path, string? query)
{
    private readonly FakeTimeProvider _time = new(DateTimeOffset.UtcNow);

    /// <summary>Starts the marketplace's simulator.</summary>
    public abstract Task<Simulator> StartSimulatorAsync();

    /// <summary>Starts the marketplace's client.</summary>
    /// <param name="simulator">What it talks to.</param>
    /// <param name="time">Its time.</param>
    /// <param name="settings">Settings to add.</param>
    public abstract SourceHost StartSource(Simulator simulator, TimeProvider time, params IEnumerable<(string Key, string Value)> settings);

    [Fact]
    public async Task A_product_has_the_id_it_was_asked_by_and_the_time_of_the_call()
    {
        await using var simulator = await StartSimulatorAsync();
        using var host = StartSource(simulator, _time);

        var product = await host.Calls.GetAsync(id, TimeSpan.FromSeconds(10), isRefresh: false, TestContext.Current.CancellationToken);

        Assert.Equal((id, _time.GetUtcNow()), (product?.Id, product?.FetchedAt));
        Assert.True(host.Source.IsValidId(id));
    }

    [Fact]
    public async Task What_the_marketplace_does_not_have_is_absent()
    {
        await using var simulator = await StartSimulatorAsync();
        using var host = StartSource(simulator, _time);

        Assert.Null(await host.GetAsync(absentId));
        Assert.True(host.Source.IsValidId(absentId));
    }

    [Fact]
    public async Task A_failure_in_passing_is_not_noticed()
    {
        await using var simulator = await StartSimulatorAsync();
        using var host = StartSource(simulator, TimeProvider.System);
        await simulator.FailAsync(new { path, status = 500, count = 2 });

        Assert.NotNull(await host.GetAsync(id));
    }

    [Theory]
    [InlineData(ReplyErrorCodes.UpstreamUnavailable, """{"status":500}""")]
    [InlineData(ReplyErrorCodes.UpstreamUnavailable, """{"status":503}""")]
    [InlineData(ReplyErrorCodes.UpstreamUnavailable, """{"abort":true}""")]
    [InlineData(ReplyErrorCodes.UpstreamUnavailable, """{"body":"html"}""")]
    [InlineData(ReplyErrorCodes.UpstreamUnavailable, """{"body":"null"}""")]
    [InlineData(ReplyErrorCodes.UpstreamUnavailable, """{"body":"cut"}""")]
    [InlineData(ReplyErrorCodes.UpstreamUnavailable, """{"body":"endless"}""")]
    [InlineData(ReplyErrorCodes.UpstreamUnavailable, """{"body":"gzip-bomb"}""")]
    [InlineData(ReplyErrorCodes.UpstreamTimeout, """{"body":"stall"}""")]
    [InlineData(ReplyErrorCodes.UpstreamTimeout, """{"hang":true}""")]
    public async Task A_failure_is_reported_and_the_next_read_is_answered(string code, string fault)
    {
        await using var simulator = await StartSimulatorAsync();
        using var host = StartSource(simulator, TimeProvider.System);
        var settings = JsonNode.Parse(fault)!.AsObject();
        settings["path"] = path;
        await simulator.FailAsync(settings);

        Assert.Equal(code, (await host.FailAsync(id)).Code);

        await simulator.HealAsync();
        Assert.NotNull(await host.GetAsync(id));
    }

    [Fact]
    public async Task A_wait_that_the_marketplace_asks_for_is_kept()
    {
        await using var simulator = await StartSimulatorAsync();
        using var host = StartSource(simulator, _time);
        await simulator.FailAsync(new { path, status = 429, retryAfter = 60, count = 1 });

        var refused = await host.FailAsync(id);
        var calls = await simulator.CallsAsync();
        _time.Advance(TimeSpan.FromSeconds(59));
        var waiting = await host.FailAsync(id);

        Assert.Equal((ReplyErrorCodes.RateLimited, TimeSpan.FromSeconds(60)), (refused.Code, refused.RetryAfter));
        Assert.Equal((ReplyErrorCodes.RateLimited, TimeSpan.FromSeconds(1)), (waiting.Code, waiting.RetryAfter));
        Assert.Equal(calls, await simulator.CallsAsync());
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.NotNull(await host.GetAsync(id));
    }

    [Fact]
    public async Task Calls_that_are_refused_are_not_made_again_at_once_and_show_in_health()
    {
        await using var simulator = await StartSimulatorAsync();
        using var host = StartSource(simulator, _time);
        await simulator.FailAsync(new { path, status = 403, count = 1 });

        var refused = await host.FailAsync(id);
        var calls = await simulator.CallsAsync();
        await host.FailAsync(id);

        Assert.Equal((ReplyErrorCodes.UpstreamUnavailable, HealthStatus.Degraded), (refused.Code, await host.HealthAsync()));
        Assert.Equal(calls, await simulator.CallsAsync());
        Assert.Single(host.Log, line => line.StartsWith("Error: ", StringComparison.Ordinal) && line.Contains("refuses this application's calls: ", StringComparison.Ordinal));
        _time.Advance(refused.RetryAfter!.Value);
        Assert.NotNull(await host.GetAsync(id));
        Assert.Equal(HealthStatus.Healthy, await host.HealthAsync());
    }

    [Fact]
    public async Task Every_call_is_taken_from_the_days_allowance()
    {
        await using var simulator = await StartSimulatorAsync();
        using var host = StartSource(simulator, _time, ("Products:CallsPerDay", "1"));
        await host.GetAsync(id);
        var calls = await simulator.CallsAsync();

        Assert.Equal(ReplyErrorCodes.RateLimited, (await host.FailAsync(id)).Code);
        Assert.Equal(calls, await simulator.CallsAsync());
    }

    [Fact]
    public async Task A_search_gives_pages_of_products_and_ends()
    {
        await using var simulator = await StartSimulatorAsync();
        using var host = StartSource(simulator, _time);
        if (query is null)
        {
            await Assert.ThrowsAsync<NotSupportedException>(() => host.SearchAsync("anything"));
            return;
        }

        var size = host.Source.SearchPageSize;
        var (first, second) = (await host.SearchAsync(query), await host.SearchAsync(query, size));
        var last = await host.SearchAsync(query, (int)((Math.Min(first.Total, host.Source.SearchEnd) - 1) / size) * size);
        var nothing = await host.SearchAsync("no such thing");

        Assert.Equal((size, true, true), (first.Products.Count, first.HasMore, second.HasMore));
        Assert.Equal(2 * size, first.Products.Concat(second.Products).Select(product => product.Id).Distinct().Count());
        Assert.False(last.HasMore);
        Assert.NotEmpty(last.Products);
        Assert.Equal((0, 0L, false), (nothing.Products.Count, nothing.Total, nothing.HasMore));
        var (found, read) = (first.Products[0], await host.GetAsync(first.Products[0].Id));
        Assert.Equal((found.Title, found.Price), (read?.Title, read?.Price));
    }
}
