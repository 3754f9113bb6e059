using Marketplace.Tests.EndToEnd;
using Marketplace.Tests.EndToEnd.Telemetry;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Hosting;
using Xunit;

namespace Marketplace.Tests.ServiceDefaults;

/// <summary>A service's traces go to the dashboard, and to a second receiver such as Jaeger.</summary>
public sealed class SecondReceiverTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Traces_go_to_the_dashboard_and_to_a_second_receiver_that_does_not_get_the_dashboards_key()
    {
        await using var dashboard = await OtlpReceiver.StartAsync(Cancel);
        var received = new TaskCompletionSource<IHeaderDictionary>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var receiver = Receiver(received);
        await receiver.StartAsync(Cancel);
        // What a service has not sent yet it sends when it ends.
        await using (var service = Service(dashboard, receiver.Urls.Single()))
        {
            await service.StartAsync(Cancel);
            using var http = new HttpClient();
            await http.GetStringAsync(service.Urls.Single() + "/work", Cancel);
        }

        await Eventually.GetAsync(_ => Task.FromResult(dashboard.Spans), spans => spans.Any(span => span.Name == "GET /work"), TimeSpan.FromMinutes(1), Cancel);
        var headers = await received.Task.WaitAsync(Cancel);
        Assert.Equal("application/grpc", headers.ContentType);
        Assert.False(headers.ContainsKey("x-otlp-api-key"));
    }

    private static WebApplication Service(OtlpReceiver dashboard, string receiver)
    {
        var builder = WebApplication.CreateSlimBuilder(
        [
            "--urls=http://127.0.0.1:0",
            $"--OTEL_EXPORTER_OTLP_ENDPOINT={dashboard.Address}",
            "--OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf",
            $"--OTEL_EXPORTER_OTLP_HEADERS=x-otlp-api-key=secret",
            $"--Telemetry:TracesAlsoTo={receiver}",
        ]);
        builder.AddServiceDefaults();
        var app = builder.Build();
        app.MapGet("/work", () => "done");
        return app;
    }

    private static WebApplication Receiver(TaskCompletionSource<IHeaderDictionary> received)
    {
        var builder = WebApplication.CreateSlimBuilder(["--urls=http://127.0.0.1:0", "--Logging:LogLevel:Default=None"]);
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.ConfigureEndpointDefaults(listen => listen.Protocols = HttpProtocols.Http2));
        var app = builder.Build();
        app.MapPost("/opentelemetry.proto.collector.trace.v1.TraceService/Export", (HttpContext context) =>
        {
            received.TrySetResult(new HeaderDictionary(context.Request.Headers.ToDictionary()));
            context.Response.AppendTrailer("grpc-status", "0");
        });
        return app;
    }
}
