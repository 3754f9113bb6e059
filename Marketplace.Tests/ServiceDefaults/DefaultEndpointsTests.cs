using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Xunit;

namespace Marketplace.Tests.ServiceDefaults;

public sealed class DefaultEndpointsTests
{
    [Fact]
    public async Task Health_names_each_checks_state_and_nothing_that_leaks()
    {
        await using var service = await TestService.StartAsync(builder => builder.Services.AddHealthChecks()
            .AddCheck("store", () => HealthCheckResult.Unhealthy("password=hunter2", new InvalidOperationException("10.0.0.1")))
            .AddCheck("cache", () => HealthCheckResult.Degraded("slow")));

        using var answer = await service.Http.GetAsync("/health", TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.Equal("application/json", answer.Content.Headers.ContentType?.MediaType);
        Assert.Equal(
            """{"status":"unhealthy","checks":{"self":"healthy","store":"unhealthy","cache":"degraded"}}""",
            await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_degraded_service_is_ready_and_one_that_is_not_ready_is_alive()
    {
        await using var degraded = await TestService.StartAsync(builder => builder.Services.AddHealthChecks().AddCheck("cache", () => HealthCheckResult.Degraded()));
        await using var unready = await TestService.StartAsync(builder => builder.Services.AddHealthChecks().AddCheck("store", () => HealthCheckResult.Unhealthy()));

        using var ready = await degraded.Http.GetAsync("/health", TestContext.Current.CancellationToken);
        using var alive = await unready.Http.GetAsync("/alive", TestContext.Current.CancellationToken);

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK), (ready.StatusCode, alive.StatusCode));
    }

    [Fact]
    public async Task Metrics_show_our_own_meters_to_Prometheus_on_the_management_port_alone()
    {
        await using var service = await TestService.StartAsync();
        using var meter = new Meter("Marketplace.Tests");
        meter.CreateCounter<long>("tests.made").Add(3);

        var metrics = await service.Http.GetStringAsync(new Uri(service.Management, "/metrics"), TestContext.Current.CancellationToken);
        using var request = new HttpRequestMessage(HttpMethod.Get, "/metrics") { Headers = { Host = service.Management.Authority } };
        using var elsewhere = await service.Http.SendAsync(request, TestContext.Current.CancellationToken);

        Assert.Contains("tests_made_total", metrics, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, elsewhere.StatusCode);
    }

    [Fact(Timeout = 60_000)]
    public async Task Requests_are_traced_but_probes_and_scrapes_are_not()
    {
        await using var service = await TestService.StartAsync(map: app => app.MapGet("/work", () => "done"));

        foreach (var address in (Uri[])[new(service.Management, "/metrics"), .. ((string[])["/health", "/alive", "/metrics", "/work"]).Select(path => new Uri(service.Http.BaseAddress!, path))])
        {
            using var answer = await service.Http.GetAsync(address, TestContext.Current.CancellationToken);
        }

        // The client in this process is traced as well, and so are other tests' servers.
        bool IsReceived(Activity span) => span.Kind == ActivityKind.Server && span.GetTagItem("server.port") is int port && (port == service.Http.BaseAddress!.Port || port == service.Management.Port);
        while (!service.Spans.Any(IsReceived))
        {
            await Task.Delay(10, TestContext.Current.CancellationToken);
        }

        var span = Assert.Single(service.Spans, IsReceived);
        Assert.Equal("/work", span.GetTagItem("url.path"));
    }
}
