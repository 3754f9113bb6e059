using System.Text;
using Marketplace.Contracts;
using Marketplace.Gateway.Options;
using Marketplace.Gateway.Products;
using Marketplace.Gateway.Products.Transports;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Marketplace.Tests.Gateway;

/// <summary>When a request is hedged, and whose response counts then.</summary>
public sealed class HedgingTests
{
    private static readonly ProductKey Product = new("ebay", "1");
    private static readonly ProductResult OfKafka = Found("kafka");
    private static readonly ProductResult OfGrpc = Found("grpc");
    private static readonly ProductResult NoResponse = ProductResult.Unanswered(ReplyErrorCodes.UpstreamTimeout, "nothing");

    private readonly FakeTimeProvider _time = new();
    private readonly Transport _kafka = new();
    private readonly Transport _grpc = new();

    [Fact]
    public async Task A_fast_response_is_not_hedged()
    {
        var answer = AskAsync();
        _kafka.Answer(OfKafka);

        Assert.Equal(OfKafka, await answer);
        Assert.Equal(0, _grpc.Asked);
    }

    [Fact]
    public async Task When_one_transport_is_slow_the_other_is_asked_and_the_slow_request_is_cancelled()
    {
        var answer = AskAsync();
        _time.Advance(LatencyTracker.LongestHedgingDelay);
        await _grpc.AskedAsync(1);
        _grpc.Answer(OfGrpc);

        Assert.Equal(OfGrpc, await answer);
        Assert.True(_kafka.IsCancelled);
    }

    [Fact]
    public async Task When_the_slow_one_responds_first_after_all_the_hedge_is_cancelled()
    {
        var answer = AskAsync();
        _time.Advance(LatencyTracker.LongestHedgingDelay);
        await _grpc.AskedAsync(1);
        _kafka.Answer(OfKafka);

        Assert.Equal(OfKafka, await answer);
        Assert.True(_grpc.IsCancelled);
    }

    [Theory]
    [InlineData(1, ProductSource.External)]
    [InlineData(-1, ProductSource.Cache)]
    public async Task What_the_first_request_fetched_is_not_called_cached_when_the_hedge_returns_it(int secondsAfterAsking, ProductSource source)
    {
        var kept = Found("kept", ProductSource.Cache, _time.GetUtcNow().AddSeconds(secondsAfterAsking));
        var answer = AskAsync();
        _time.Advance(LatencyTracker.LongestHedgingDelay);
        await _grpc.AskedAsync(1);
        _grpc.Answer(kept);

        Assert.Equal((kept.Product, source), ((await answer).Product, (await answer).Source));
    }

    [Fact]
    public async Task When_one_transport_fails_the_other_is_asked_at_once()
    {
        var answer = AskAsync();
        _kafka.Answer(NoResponse);
        await _grpc.AskedAsync(1);
        _grpc.Answer(OfGrpc);

        Assert.Equal(OfGrpc, await answer);
    }

    [Fact]
    public async Task When_the_hedge_fails_the_first_request_is_waited_for()
    {
        var answer = AskAsync();
        _time.Advance(LatencyTracker.LongestHedgingDelay);
        await _grpc.AskedAsync(1);
        _grpc.Answer(NoResponse);
        _kafka.Answer(OfKafka);

        Assert.Equal(OfKafka, await answer);
    }

    [Fact]
    public async Task When_both_fail_so_does_the_read()
    {
        var answer = AskAsync();
        _kafka.Answer(NoResponse);
        await _grpc.AskedAsync(1);
        _grpc.Answer(NoResponse);

        Assert.Equal(NoResponse, await answer);
    }

    [Fact]
    public async Task When_both_fail_the_error_is_that_of_the_configured_first_also_in_its_cooldown()
    {
        var refused = ProductResult.Unanswered(ReplyErrorCodes.UpstreamUnavailable, "nobody there");
        var client = Client();
        for (var i = 1; i <= LatencyTracker.FailuresAllowed; i++)
        {
            var earlier = AskAsync(client);
            _kafka.Answer(NoResponse);
            await _grpc.AskedAsync(i);
            _grpc.Answer(OfGrpc);
            await earlier;
        }

        var answer = AskAsync(client);
        Assert.Equal(LatencyTracker.FailuresAllowed, _kafka.Asked);
        _grpc.Answer(refused);
        await _kafka.AskedAsync(LatencyTracker.FailuresAllowed + 1);
        _kafka.Answer(NoResponse);

        Assert.Equal(NoResponse, await answer);
    }

    [Fact]
    public async Task An_error_of_the_service_itself_is_not_hedged()
    {
        var refused = ProductResult.Failed(new ReplyError(ReplyErrorCodes.RateLimited, "Later."));
        var answer = AskAsync();
        _kafka.Answer(refused);

        Assert.Equal(refused, await answer);
        Assert.Equal(0, _grpc.Asked);
    }

    [Fact]
    public async Task A_caller_who_leaves_cancels_both_requests()
    {
        using var leaving = new CancellationTokenSource();
        var answer = Client().GetAsync(Product, leaving.Token);
        _time.Advance(LatencyTracker.LongestHedgingDelay);
        await _grpc.AskedAsync(1);

        await leaving.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => answer);
        Assert.True(_kafka.IsCancelled && _grpc.IsCancelled);
    }

    [Fact]
    public async Task A_failing_transport_has_a_cooldown_and_is_tried_again()
    {
        var client = Client();
        for (var i = 1; i <= LatencyTracker.FailuresAllowed; i++)
        {
            var answer = AskAsync(client);
            _kafka.Answer(NoResponse);
            await _grpc.AskedAsync(i);
            _grpc.Answer(OfGrpc);
            await answer;
        }

        await ByGrpcAloneAsync();
        _time.Advance(LatencyTracker.Cooldown);
        var trial = AskAsync(client);
        await ByGrpcAloneAsync();
        _kafka.Answer(OfKafka);
        Assert.Equal(OfKafka, await trial);
        var next = AskAsync(client);
        _kafka.Answer(OfKafka);
        Assert.Equal(OfKafka, await next);

        async Task ByGrpcAloneAsync()
        {
            var before = _kafka.Asked;
            var answer = AskAsync(client);
            _grpc.Answer(OfGrpc);
            Assert.Equal(OfGrpc, await answer);
            Assert.Equal(before, _kafka.Asked);
        }
    }

    [Fact]
    public async Task A_slow_service_gets_no_more_than_a_tenth_more_requests()
    {
        const int Requested = 200;
        var client = Client();
        for (var i = 0; i < Requested; i++)
        {
            var answer = AskAsync(client);
            _time.Advance(LatencyTracker.LongestHedgingDelay);
            await _grpc.AskedAsync(Math.Min(i + 1, HedgeBudget.Burst));
            _kafka.Answer(OfKafka);
            Assert.Equal(OfKafka, await answer);
        }

        Assert.InRange(_grpc.Asked, HedgeBudget.Burst, HedgeBudget.Burst + (Requested / HedgeBudget.RequestsPerHedge));
    }

    [Fact]
    public void The_hedging_delay_follows_the_latencies_within_bounds()
    {
        var latency = new LatencyTracker(_time);
        Assert.Equal(LatencyTracker.LongestHedgingDelay, latency.HedgingDelay);

        Answer(128, 1);
        Assert.Equal(LatencyTracker.ShortestHedgingDelay, latency.HedgingDelay);
        Answer(121, 60);
        Answer(7, 400);
        Assert.Equal(TimeSpan.FromMilliseconds(400), latency.HedgingDelay);
        Answer(128, 60);
        Assert.Equal(TimeSpan.FromMilliseconds(60), latency.HedgingDelay);
        Answer(128, 4000);
        Assert.Equal(LatencyTracker.LongestHedgingDelay, latency.HedgingDelay);

        void Answer(int times, int milliseconds)
        {
            for (var i = 0; i < times; i++)
            {
                latency.RecordResponse(TimeSpan.FromMilliseconds(milliseconds));
            }
        }
    }

    private HedgedProductClient Client() => new(
        _kafka,
        _grpc,
        Options.Create(new GatewayOptions { Marketplaces = { "ebay" }, Timeout = TimeSpan.FromMinutes(1) }),
        _time);

    private Task<ProductResult> AskAsync(HedgedProductClient? client = null) =>
        (client ?? Client()).GetAsync(Product, TestContext.Current.CancellationToken);

    private static ProductResult Found(string title, ProductSource source = ProductSource.External, DateTimeOffset fetchedAt = default)
    {
        Assert.True(ProductJson.TryParse(Encoding.UTF8.GetBytes($$"""{"id":"1","title":"{{title}}","fetchedAt":"{{fetchedAt:O}}"}"""), out var product));
        return ProductResult.Found(product, source);
    }

    /// <summary>A transport whose responses come when the test says.</summary>
    private sealed class Transport : IProductTransport
    {
        private readonly Lock _gate = new();
        private TaskCompletionSource<ProductResult> _answer = new();
        private CancellationToken _token;
        private TaskCompletionSource _asked = new();
        private int _count;

        public int Asked => Volatile.Read(ref _count);

        public bool IsCancelled => _token.IsCancellationRequested;

        public Task<ProductResult> GetAsync(ProductKey product, TimeSpan timeout, CancellationToken cancellationToken)
        {
            lock (_gate)
            {
                _token = cancellationToken;
                _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
                _count++;
                _asked.SetResult();
                _asked = new();
                return _answer.Task.WaitAsync(cancellationToken);
            }
        }

        public void Answer(ProductResult result) => _answer.SetResult(result);

        public async Task AskedAsync(int times)
        {
            while (true)
            {
                Task asked;
                lock (_gate)
                {
                    if (_count >= times)
                    {
                        return;
                    }

                    asked = _asked.Task;
                }

                await asked.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
            }
        }
    }
}
