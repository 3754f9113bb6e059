using System.Text;
using Marketplace.Gateway;
using Marketplace.Gateway.Products;
using Marketplace.Gateway.Products.Instant;
using Marketplace.Messaging.Contracts;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Marketplace.Tests.Gateway;

/// <summary>When the service is asked in a second way, and who answers then.</summary>
public sealed class HedgingTests
{
    private static readonly (string, string) Product = ("ebay", "1");
    private static readonly ProductResult OfKafka = Found("kafka");
    private static readonly ProductResult OfGrpc = Found("grpc");
    private static readonly ProductResult Silence = ProductResult.Unanswered(new ReplyError(ReplyErrorCodes.UpstreamTimeout, "nothing"));

    private readonly FakeTimeProvider _time = new();
    private readonly Way _kafka = new();
    private readonly Way _grpc = new();

    [Fact]
    public async Task A_prompt_answer_is_the_only_one_asked_for()
    {
        var answer = AskAsync();
        _kafka.Answer(OfKafka);

        Assert.Equal(OfKafka, await answer);
        Assert.Equal(0, _grpc.Asked);
    }

    [Fact]
    public async Task When_one_way_is_slow_the_other_is_asked_and_the_slow_one_ends()
    {
        var answer = AskAsync();
        _time.Advance(Pace.MostPatience);
        await _grpc.AskedAsync(1);
        _grpc.Answer(OfGrpc);

        Assert.Equal(OfGrpc, await answer);
        Assert.True(_kafka.IsCancelled);
    }

    [Fact]
    public async Task When_the_slow_one_answers_first_after_all_the_other_ends()
    {
        var answer = AskAsync();
        _time.Advance(Pace.MostPatience);
        await _grpc.AskedAsync(1);
        _kafka.Answer(OfKafka);

        Assert.Equal(OfKafka, await answer);
        Assert.True(_grpc.IsCancelled);
    }

    [Theory]
    [InlineData(1, ProductSource.External)]
    [InlineData(-1, ProductSource.Cache)]
    public async Task What_the_first_way_had_fetched_is_not_called_cached_when_the_second_brings_it(int secondsAfterAsking, ProductSource source)
    {
        var kept = Found("kept", ProductSource.Cache, _time.GetUtcNow().AddSeconds(secondsAfterAsking));
        var answer = AskAsync();
        _time.Advance(Pace.MostPatience);
        await _grpc.AskedAsync(1);
        _grpc.Answer(kept);

        Assert.Equal((kept.Product, source), ((await answer).Product, (await answer).Source));
    }

    [Fact]
    public async Task When_one_way_fails_the_other_is_asked_at_once()
    {
        var answer = AskAsync();
        _kafka.Answer(Silence);
        await _grpc.AskedAsync(1);
        _grpc.Answer(OfGrpc);

        Assert.Equal(OfGrpc, await answer);
    }

    [Fact]
    public async Task When_the_second_way_fails_the_first_is_waited_for()
    {
        var answer = AskAsync();
        _time.Advance(Pace.MostPatience);
        await _grpc.AskedAsync(1);
        _grpc.Answer(Silence);
        _kafka.Answer(OfKafka);

        Assert.Equal(OfKafka, await answer);
    }

    [Fact]
    public async Task When_both_fail_so_does_the_read()
    {
        var answer = AskAsync();
        _kafka.Answer(Silence);
        await _grpc.AskedAsync(1);
        _grpc.Answer(Silence);

        Assert.Equal(Silence, await answer);
    }

    [Fact]
    public async Task When_both_fail_the_caller_is_told_of_the_first_also_while_it_rests()
    {
        var refused = ProductResult.Unanswered(new ReplyError(ReplyErrorCodes.UpstreamUnavailable, "nobody there"));
        var requests = Requests();
        for (var i = 1; i <= Pace.MissesAllowed; i++)
        {
            var earlier = AskAsync(requests);
            _kafka.Answer(Silence);
            await _grpc.AskedAsync(i);
            _grpc.Answer(OfGrpc);
            await earlier;
        }

        var answer = AskAsync(requests);
        Assert.Equal(Pace.MissesAllowed, _kafka.Asked);
        _grpc.Answer(refused);
        await _kafka.AskedAsync(Pace.MissesAllowed + 1);
        _kafka.Answer(Silence);

        Assert.Equal(Silence, await answer);
    }

    [Fact]
    public async Task What_the_service_itself_says_is_not_asked_twice()
    {
        var refused = ProductResult.Failed(new ReplyError(ReplyErrorCodes.RateLimited, "Later."));
        var answer = AskAsync();
        _kafka.Answer(refused);

        Assert.Equal(refused, await answer);
        Assert.Equal(0, _grpc.Asked);
    }

    [Fact]
    public async Task Who_leaves_ends_both_ways()
    {
        using var leaving = new CancellationTokenSource();
        var answer = Requests().GetAsync(Product, leaving.Token);
        _time.Advance(Pace.MostPatience);
        await _grpc.AskedAsync(1);

        await leaving.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => answer);
        Assert.True(_kafka.IsCancelled && _grpc.IsCancelled);
    }

    [Fact]
    public async Task A_way_that_gives_no_answers_rests_and_is_tried_again()
    {
        var requests = Requests();
        for (var i = 1; i <= Pace.MissesAllowed; i++)
        {
            var answer = AskAsync(requests);
            _kafka.Answer(Silence);
            await _grpc.AskedAsync(i);
            _grpc.Answer(OfGrpc);
            await answer;
        }

        await ByGrpcAloneAsync();
        _time.Advance(Pace.Rest);
        var trial = AskAsync(requests);
        await ByGrpcAloneAsync();
        _kafka.Answer(OfKafka);
        Assert.Equal(OfKafka, await trial);
        var next = AskAsync(requests);
        _kafka.Answer(OfKafka);
        Assert.Equal(OfKafka, await next);

        async Task ByGrpcAloneAsync()
        {
            var before = _kafka.Asked;
            var answer = AskAsync(requests);
            _grpc.Answer(OfGrpc);
            Assert.Equal(OfGrpc, await answer);
            Assert.Equal(before, _kafka.Asked);
        }
    }

    [Fact]
    public async Task A_slow_service_gets_no_more_than_a_tenth_more_requests()
    {
        const int Requested = 200;
        var requests = Requests();
        for (var i = 0; i < Requested; i++)
        {
            var answer = AskAsync(requests);
            _time.Advance(Pace.MostPatience);
            await _grpc.AskedAsync(Math.Min(i + 1, HedgeBudget.Burst));
            _kafka.Answer(OfKafka);
            Assert.Equal(OfKafka, await answer);
        }

        Assert.InRange(_grpc.Asked, HedgeBudget.Burst, HedgeBudget.Burst + (Requested / HedgeBudget.RequestsPerHedge));
    }

    [Fact]
    public void Patience_follows_the_answers_within_bounds()
    {
        var pace = new Pace(_time);
        Assert.Equal(Pace.MostPatience, pace.Patience);

        Answer(128, 1);
        Assert.Equal(Pace.LeastPatience, pace.Patience);
        Answer(121, 60);
        Answer(7, 400);
        Assert.Equal(TimeSpan.FromMilliseconds(400), pace.Patience);
        Answer(128, 60);
        Assert.Equal(TimeSpan.FromMilliseconds(60), pace.Patience);
        Answer(128, 4000);
        Assert.Equal(Pace.MostPatience, pace.Patience);

        void Answer(int times, int milliseconds)
        {
            for (var i = 0; i < times; i++)
            {
                pace.Answered(TimeSpan.FromMilliseconds(milliseconds));
            }
        }
    }

    private ProductRequests Requests() => new(
        _kafka.AskAsync,
        _grpc.AskAsync,
        Options.Create(new GatewayOptions { Marketplaces = { "ebay" }, Timeout = TimeSpan.FromMinutes(1) }),
        _time);

    private Task<ProductResult> AskAsync(ProductRequests? requests = null) =>
        (requests ?? Requests()).GetAsync(Product, TestContext.Current.CancellationToken);

    private static ProductResult Found(string title, ProductSource source = ProductSource.External, DateTimeOffset fetchedAt = default)
    {
        Assert.True(ProductJson.TryParse(Encoding.UTF8.GetBytes($$"""{"id":"1","title":"{{title}}","fetchedAt":"{{fetchedAt:O}}"}"""), out var product));
        return ProductResult.Found(product, source);
    }

    /// <summary>A way of asking whose answers come when the test says.</summary>
    private sealed class Way
    {
        private readonly Lock _gate = new();
        private TaskCompletionSource<ProductResult> _answer = new();
        private CancellationToken _token;
        private TaskCompletionSource _asked = new();
        private int _count;

        public int Asked => Volatile.Read(ref _count);

        public bool IsCancelled => _token.IsCancellationRequested;

        public Task<ProductResult> AskAsync((string Marketplace, string Id) product, TimeSpan timeout, CancellationToken cancellationToken)
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
