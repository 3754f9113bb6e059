using System.Globalization;
using System.Net;
using System.Text;
using Marketplace.Gateway.Security;
using Marketplace.Tests.Gateway.Subscriptions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using StackExchange.Redis;
using Xunit;

namespace Marketplace.Tests.Gateway.Security;

public sealed class RateLimitTests(RedisServer redis) : IClassFixture<RedisServer>
{
    private const string Query = """{"query":"{ __typename }"}""";

    private static readonly (string, string)[] Three = [("Gateway:RateLimit:PerSecond", "1"), ("Gateway:RateLimit:Burst", "3")];

    [Fact]
    public async Task Nothing_is_limited_unless_it_is_set()
    {
        await using var gateway = await GatewayServer.StartAsync();

        for (var i = 0; i < 200; i++)
        {
            Assert.Equal(HttpStatusCode.OK, (await gateway.PostAsync(Query)).Status);
        }
    }

    [Fact]
    public async Task A_client_beyond_its_rate_learns_when_to_try_again()
    {
        await using var gateway = await GatewayServer.StartAsync(settings: Three);

        var refused = await UntilRefusedAsync(gateway);

        Assert.Equal("RATE_LIMITED", refused.Code);
        Assert.Equal("1", refused.Headers["Retry-After"]);
        Assert.InRange(refused.Error.GetProperty("extensions").GetProperty("retryAfterMs").GetInt64(), 1, 1000);
    }

    [Fact]
    public async Task Each_token_s_subject_has_a_rate_of_its_own()
    {
        await using var gateway = await GatewayServer.StartAsync(settings: [.. Three, .. Tokens.Settings]);

        await UntilRefusedAsync(gateway, ("Authorization", "Bearer " + Tokens.Create(subject: "one")));
        var other = await SendAsync(gateway, ("Authorization", "Bearer " + Tokens.Create(subject: "two")));
        var nobody = await SendAsync(gateway);

        Assert.Equal(HttpStatusCode.OK, other.Status);
        Assert.Equal(HttpStatusCode.OK, nobody.Status);
    }

    [Fact]
    public async Task What_a_proxy_says_of_the_client_counts_only_where_the_proxy_is_trusted()
    {
        await using var direct = await GatewayServer.StartAsync(settings: Three);
        await using var behind = await GatewayServer.StartAsync(settings: [.. Three, ("Gateway:TrustedProxies:0", "127.0.0.1")]);

        await UntilRefusedAsync(direct, ("X-Forwarded-For", "203.0.113.1"));
        await UntilRefusedAsync(behind, ("X-Forwarded-For", "203.0.113.1"));

        Assert.Equal(HttpStatusCode.TooManyRequests, (await SendAsync(direct, ("X-Forwarded-For", "203.0.113.2"))).Status);
        Assert.Equal(HttpStatusCode.OK, (await SendAsync(behind, ("X-Forwarded-For", "203.0.113.2"))).Status);
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("address:127.0.0.1")]
    [InlineData("0000000000000000")]
    public async Task A_subject_that_looks_like_an_address_does_not_share_its_rate(string subject)
    {
        await using var gateway = await GatewayServer.StartAsync(settings: [.. Three, .. Tokens.Settings]);

        await UntilRefusedAsync(gateway, ("Authorization", "Bearer " + Tokens.Create(subject: subject)));

        Assert.Equal(HttpStatusCode.OK, (await SendAsync(gateway)).Status);
    }

    [Fact]
    public async Task A_flood_of_tokens_that_are_not_good_is_limited_by_its_address_and_good_ones_elsewhere_are_not()
    {
        await using var gateway = await GatewayServer.StartAsync(settings: [.. Tokens.Settings, ("Gateway:TrustedProxies:0", "127.0.0.1"), ("Gateway:RateLimit:RejectedTokensPerMinute", "3")]);
        (string, string) bad = ("Authorization", "Bearer " + Tokens.Create(audience: "other")), good = ("Authorization", "Bearer " + Tokens.Create());
        (string, string) here = ("X-Forwarded-For", "203.0.113.1"), elsewhere = ("X-Forwarded-For", "203.0.113.2");

        var refused = await UntilRefusedAsync(gateway, HttpStatusCode.Unauthorized, bad, here);

        Assert.Equal("RATE_LIMITED", refused.Code);
        Assert.InRange(int.Parse(refused.Headers["Retry-After"], CultureInfo.InvariantCulture), 1, 20);
        Assert.Equal(HttpStatusCode.TooManyRequests, (await SendAsync(gateway, good, here)).Status);
        Assert.Equal(HttpStatusCode.OK, (await SendAsync(gateway, good, elsewhere)).Status);
        Assert.Equal(HttpStatusCode.Unauthorized, (await SendAsync(gateway, bad, elsewhere)).Status);
        Assert.Equal(HttpStatusCode.OK, (await SendAsync(gateway, here)).Status);
    }

    [Fact]
    public async Task Tokens_in_greetings_of_websockets_count_like_those_in_headers()
    {
        await using var gateway = await GatewayServer.StartAsync(settings: [.. Tokens.Settings, ("Gateway:RateLimit:RejectedTokensPerMinute", "3")]);
        var bad = Tokens.Create(audience: "other");
        var codes = new List<int?>();
        for (var i = 0; i < 5; i++)
        {
            using var client = await WebSocketClient.ConnectAsync(gateway);
            await client.SendAsync($$$"""{"type":"connection_init","payload":{"Authorization":"Bearer {{{bad}}}"}}""");
            codes.Add(await client.CloseCodeAsync());
        }

        Assert.Equal([4403, 4403, 4403, 4403, 1013], codes);
    }

    [Fact]
    public async Task A_batch_counts_as_the_requests_in_it()
    {
        await using var gateway = await GatewayServer.StartAsync(settings: [("Gateway:RateLimit:PerSecond", "1"), ("Gateway:RateLimit:Burst", "6")]);

        var first = await gateway.PostAsync($"[{Query},{Query},{Query},{Query}]");
        var second = await gateway.PostAsync($"[{Query},{Query},{Query},{Query}]");

        Assert.Equal(HttpStatusCode.OK, first.Status);
        Assert.Equal(HttpStatusCode.TooManyRequests, second.Status);
    }

    [Fact]
    public async Task An_operation_on_a_websocket_counts_as_a_request()
    {
        await using var gateway = await GatewayServer.StartAsync(settings: Three);
        using var client = await WebSocketClient.GreetAsync(gateway);

        string message;
        do
        {
            await client.SendAsync($$"""{"id":"a","type":"subscribe","payload":{{Query}}}""");
            message = await client.ReceiveAsync();
            if (message.Contains("\"next\"", StringComparison.Ordinal))
            {
                await client.ReceiveAsync();
            }
        }
        while (!message.Contains("\"error\"", StringComparison.Ordinal));

        Assert.Contains("RATE_LIMITED", message);
    }

    [Fact]
    public async Task Instances_share_a_client_s_rate_and_ask_redis_now_and_then_only()
    {
        await using var one = await ConnectPatientlyAsync();
        await using var two = await ConnectPatientlyAsync();
        var before = one.OperationCount;
        RateLimiter[] limiters = [Limiter(one, burst: 1000), Limiter(two, burst: 1000)];
        var start = DateTimeOffset.UtcNow;

        var passed = 0;
        for (var i = 0; i < 4000; i++)
        {
            passed += await limiters[i % 2].TakeAsync("nine") is null ? 1 : 0;
        }

        var refilled = (int)Math.Ceiling((DateTimeOffset.UtcNow - start).TotalSeconds) + 1;
        Assert.InRange(passed, 1000, 1000 + refilled);
        Assert.InRange(one.OperationCount - before, 1, 200);
    }

    [Fact]
    public async Task Many_requests_at_once_take_no_more_than_there_is()
    {
        await using var connection = await ConnectPatientlyAsync();
        var limiter = Limiter(connection, burst: 100);
        var start = DateTimeOffset.UtcNow;

        var results = await Task.WhenAll(Enumerable.Range(0, 500).Select(_ => Task.Run(() => limiter.TakeAsync("ten").AsTask())));

        var refilled = (int)Math.Ceiling((DateTimeOffset.UtcNow - start).TotalSeconds) + 1;
        Assert.InRange(results.Count(wait => wait is null), 100, 100 + refilled);
    }

    [Fact]
    public async Task Instances_that_contend_for_a_bucket_do_not_take_Redis_for_being_away()
    {
        const int Instances = 32, Burst = 20;
        await using var connection = await ConnectPatientlyAsync();
        var instances = Enumerable.Range(0, Instances).Select(_ => Buckets(connection)).ToList();

        var taken = await Task.WhenAll(instances.Select(instance => instance.TakeAsync("contended", new TokenRate(0.001, Burst), 1, 1).AsTask()));

        Assert.DoesNotContain(null, taken);
        Assert.Equal(Burst, taken.Sum(one => one!.Value.Taken));
    }

    [Fact]
    public async Task What_is_taken_for_a_client_s_first_requests_at_once_is_not_lost()
    {
        const int Burst = 100, Clients = 100;
        await using var connection = await ConnectPatientlyAsync();
        var limiter = Limiter(connection, Burst);
        using var together = new Barrier(2);
        var start = DateTimeOffset.UtcNow;

        var passed = await Task.WhenAll(Enumerable.Range(0, 2).Select(_ => Task.Factory.StartNew(TakeFromEachAsync, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default).Unwrap()));

        var refilled = (int)Math.Ceiling((DateTimeOffset.UtcNow - start).TotalSeconds) + 1;
        Assert.All(passed[0].Zip(passed[1], (one, other) => one + other), sum => Assert.InRange(sum, Burst, Burst + refilled));

        async Task<int[]> TakeFromEachAsync()
        {
            var taken = new int[Clients];
            var first = new Task<TimeSpan?>[Clients];
            for (var client = 0; client < Clients; client++)
            {
                together.SignalAndWait();
                first[client] = limiter.TakeAsync(Name(client)).AsTask();
            }

            for (var client = 0; client < Clients; client++)
            {
                for (var wait = await first[client]; wait is null; wait = await limiter.TakeAsync(Name(client)))
                {
                    taken[client]++;
                }
            }

            return taken;
        }

        static string Name(int client) => $"client {client}";
    }

    [Fact]
    public async Task A_bucket_fills_again_with_time_and_no_further_than_its_size()
    {
        var time = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await using var gateway = await GatewayServer.StartAsync();
        var limiter = new RateLimiter("tests", new TokenRate(2, 4), ActivatorUtilities.CreateInstance<SharedTokenBuckets>(gateway.Services, time), time);

        Assert.Equal(4, await PassedAsync());
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(2, await PassedAsync());
        time.Advance(TimeSpan.FromHours(1));
        Assert.Equal(4, await PassedAsync());

        async Task<int> PassedAsync()
        {
            var passed = 0;
            while (await limiter.TakeAsync("somebody") is null)
            {
                passed++;
            }

            return passed;
        }
    }

    [Theory]
    [InlineData("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", true)]
    [InlineData("2001:db8:1:2::1", "2001:db8:1:3::1", false)]
    [InlineData("203.0.113.1", "::ffff:203.0.113.1", true)]
    [InlineData("203.0.113.1", "203.0.113.2", false)]
    public async Task Addresses_that_one_client_can_choose_from_are_one_client(string first, string second, bool same)
    {
        await using var gateway = await GatewayServer.StartAsync(settings: Three);
        var limiter = gateway.Services.GetRequiredService<ClientLimits>();
        while (await limiter.TakeAsync(new Caller(null, null, IPAddress.Parse(first)), 1, TestContext.Current.CancellationToken) is null)
        {
        }

        Assert.Equal(same, await limiter.TakeAsync(new Caller(null, null, IPAddress.Parse(second)), 1, TestContext.Current.CancellationToken) is not null);
    }

    private static Task<Answer> SendAsync(GatewayServer gateway, params IEnumerable<(string Name, string Value)> headers) =>
        gateway.SendAsync(HttpMethod.Post, "/graphql", content: new StringContent(Query, Encoding.UTF8, "application/json"), headers: headers);

    // Faster than the tokens come, or never.
    private static Task<Answer> UntilRefusedAsync(GatewayServer gateway, params (string Name, string Value)[] headers) =>
        UntilRefusedAsync(gateway, HttpStatusCode.OK, headers);

    private static async Task<Answer> UntilRefusedAsync(GatewayServer gateway, HttpStatusCode before, params (string Name, string Value)[] headers)
    {
        for (var i = 0; i < 100; i++)
        {
            var answer = await SendAsync(gateway, headers);
            if (answer.Status == HttpStatusCode.TooManyRequests)
            {
                Assert.True(i >= 3, string.Create(CultureInfo.InvariantCulture, $"refused after {i}"));
                return answer;
            }

            Assert.Equal(before, answer.Status);
        }

        throw new InvalidOperationException("100 requests passed.");
    }

    // Who gets no answer in time limits clients for himself, which is another test's matter.
    private Task<ConnectionMultiplexer> ConnectPatientlyAsync() => ConnectionMultiplexer.ConnectAsync($"{redis.Address},asyncTimeout=30000");

    private static RateLimiter Limiter(IConnectionMultiplexer connection, int burst) => new("tests", new TokenRate(1, burst), Buckets(connection), TimeProvider.System);

    private static SharedTokenBuckets Buckets(IConnectionMultiplexer connection) => new(connection, TimeProvider.System, NullLogger<SharedTokenBuckets>.Instance);
}
