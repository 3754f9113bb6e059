using System.Text.Json;
using Xunit;

namespace Marketplace.Tests.EndToEnd;

/// <summary>What a user sees while a part is down, and after it is back. Stops real processes, so it has a model of its own.</summary>
public sealed class FaultTests(MarketplaceFixture model) : IClassFixture<MarketplaceFixture>
{
    private static readonly TimeSpan TimeLimit = TimeSpan.FromMinutes(2);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_dead_service_gives_a_typed_timeout_and_answers_again_when_it_is_back()
    {
        await using (await StopAsync("ebay"))
        {
            var answer = await model.Gateway.GetProductAsync("7000001", Cancel);
            Assert.Equal("UPSTREAM_TIMEOUT", answer.ErrorCode);
        }

        await AssertAnswersAsync("7000002");
    }

    [Fact]
    public async Task Without_redis_a_product_is_still_answered()
    {
        await using (await StopAsync("redis"))
        {
            var cold = await model.Gateway.GetProductAsync("7100001", Cancel);
            Assert.False(cold.HasErrors, cold.ToString());
            var stored = await model.Gateway.GetProductAsync("7100001", Cancel);
            Assert.False(stored.HasErrors, stored.ToString());
            Assert.Equal("7100001", stored.Product.GetProperty("id").GetString());
        }

        await AssertAnswersAsync("7100002");
    }

    [Fact]
    public async Task Without_postgres_cached_products_are_answered_and_others_get_a_typed_error()
    {
        // The service's own connection to Redis may still be on its way back from an earlier fault: until then it keeps nothing there.
        await Eventually.GetAsync(
            token => model.Gateway.GetProductAsync("7200001", token),
            answer => !answer.HasErrors && answer.Product.GetProperty("source").GetString() == "CACHE",
            TimeSpan.FromSeconds(60),
            Cancel);
        await using (await StopAsync("postgres"))
        {
            var cached = await model.Gateway.GetProductAsync("7200001", Cancel);
            Assert.False(cached.HasErrors, cached.ToString());
            var uncached = await model.Gateway.GetProductAsync("7200002", Cancel);
            Assert.Contains(uncached.ErrorCode, new[] { "UPSTREAM_UNAVAILABLE", "UPSTREAM_TIMEOUT" });
        }

        await AssertAnswersAsync("7200002");
    }

    [Fact]
    public async Task A_restarted_broker_is_found_again_without_help()
    {
        // Aspire's own restart gives up when a loaded machine needs long to end the old process.
        await (await StopAsync("kafka")).DisposeAsync();

        await AssertAnswersAsync("7300001");
    }

    /// <summary>Stops a resource until the result is disposed, however the test ends: the others share the model.</summary>
    private async Task<IAsyncDisposable> StopAsync(string resource)
    {
        await CommandAsync(resource, KnownResourceCommands.StopCommand);
        await model.App.ResourceNotifications.WaitForResourceAsync(resource, KnownResourceStates.TerminalStates, Cancel).WaitAsync(TimeLimit, Cancel);
        return new Stopped(this, resource);
    }

    private async Task StartAsync(string resource)
    {
        await CommandAsync(resource, KnownResourceCommands.StartCommand);
        await model.App.ResourceNotifications.WaitForResourceHealthyAsync(resource, Cancel).WaitAsync(TimeLimit, Cancel);
    }

    private async Task CommandAsync(string resource, string command)
    {
        var result = await model.App.ResourceCommands.ExecuteCommandAsync(resource, command, Cancel);
        Assert.True(result.Success, result.ToString());
    }

    /// <summary>Asks until there is an answer: clients reconnect in their own time after a part came back.</summary>
    private Task<GraphQLAnswer> AssertAnswersAsync(string id) => Eventually.GetAsync(
        token => model.Gateway.GetProductAsync(id, token),
        answer => !answer.HasErrors && answer.Product.ValueKind == JsonValueKind.Object,
        TimeSpan.FromSeconds(60),
        Cancel);

    private sealed class Stopped(FaultTests tests, string resource) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync() => await tests.StartAsync(resource);
    }
}
