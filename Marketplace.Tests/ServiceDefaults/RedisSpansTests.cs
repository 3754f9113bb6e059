using System.Diagnostics;
using Marketplace.Tests.Hosting.Servers;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using StackExchange.Redis;
using Xunit;

namespace Marketplace.Tests.ServiceDefaults;

public sealed class RedisSpansTests
{
    [Fact(Timeout = 120_000)]
    public async Task A_command_of_a_request_is_a_client_span_beneath_it()
    {
        await using var redis = await TestServers.StartRedisAsync();
        await using var service = await TestService.StartAsync(
            builder =>
            {
                builder.Configuration.AddInMemoryCollection([new("ConnectionStrings:redis", TestServers.Redis(redis))]);
                builder.AddRedisCache("redis");
            },
            web => web.MapGet("/read", async (IConnectionMultiplexer client) =>
            {
                await client.GetDatabase().StringGetAsync("key");
                return Results.Ok();
            }));

        using var answer = await service.Http.GetAsync("/read", TestContext.Current.CancellationToken);

        // Other tests of this process are traced as well.
        bool IsRequest(Activity span) => span.Kind == ActivityKind.Server && span.GetTagItem("url.path") is "/read";
        bool IsGet(Activity span, Activity request) =>
            span.DisplayName == "GET" && span.GetTagItem("db.system.name") is "redis" && span.TraceId == request.TraceId;
        Activity? request, get = null;
        while ((request = service.Spans.FirstOrDefault(IsRequest)) is null
            || (get = service.Spans.FirstOrDefault(span => IsGet(span, request))) is null)
        {
            await Task.Delay(10, TestContext.Current.CancellationToken);
        }

        Assert.Single(service.Spans, IsRequest);
        Assert.Equal((ActivityKind.Client, request.SpanId), (get.Kind, get.ParentSpanId));
    }
}
