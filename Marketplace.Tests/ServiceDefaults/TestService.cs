using System.Collections.Concurrent;
using System.Diagnostics;
using Marketplace.Hosting.Running;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using OpenTelemetry;
using OpenTelemetry.Trace;
using Xunit;

namespace Marketplace.Tests.ServiceDefaults;

/// <summary>A small service with the defaults of every service, on a free port.</summary>
internal sealed class TestService : IAsyncDisposable
{
    private readonly WebApplication _app;

    private TestService(WebApplication app, SpanCollector spans, string management)
    {
        _app = app;
        Spans = spans.Ended;
        Http = new HttpClient { BaseAddress = new Uri(app.Urls.Single(url => url != management)) };
        Management = new Uri(management);
    }

    public HttpClient Http { get; }

    /// <summary>Where operators ask.</summary>
    public Uri Management { get; }

    public ConcurrentQueue<Activity> Spans { get; }

    public IServiceProvider Services => _app.Services;

    public static async Task<TestService> StartAsync(Action<WebApplicationBuilder>? configure = null, Action<WebApplication>? map = null)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ApplicationName = "tests" });
        var management = $"http://127.0.0.1:{FreePort.Find()}";
        builder.WebHost.UseUrls("http://127.0.0.1:0", management);
        builder.Configuration["Management:Port"] = $"{new Uri(management).Port}";
        builder.AddServiceDefaults();
        var spans = new SpanCollector();
        builder.Services.AddOpenTelemetry().WithTracing(tracing => tracing.SetSampler(new AlwaysOnSampler()).AddProcessor(spans));
        configure?.Invoke(builder);
        var app = builder.Build();
        app.MapDefaultEndpoints();
        map?.Invoke(app);
        await app.StartAsync(TestContext.Current.CancellationToken);
        return new TestService(app, spans, management);
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _app.StopAsync(CancellationToken.None);
        await _app.DisposeAsync();
    }

    private sealed class SpanCollector : BaseProcessor<Activity>
    {
        public ConcurrentQueue<Activity> Ended { get; } = new();

        public override void OnEnd(Activity data) => Ended.Enqueue(data);
    }
}
