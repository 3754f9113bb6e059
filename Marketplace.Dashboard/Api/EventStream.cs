using System.Net.ServerSentEvents;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Marketplace.Dashboard.Api;

/// <summary>Server-sent events. The headers go out at once, so that a page knows it is connected before anything happens; the stream ends with the request or with the dashboard, which an open page must not hold up.</summary>
internal sealed class EventStream<T>(Func<CancellationToken, IAsyncEnumerable<SseItem<T>>> items, JsonTypeInfo<T> json) : IResult
{
    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        response.ContentType = "text/event-stream";
        response.Headers.CacheControl = "no-store";
        var stopping = httpContext.RequestServices.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;
        using var end = CancellationTokenSource.CreateLinkedTokenSource(httpContext.RequestAborted, stopping);
        try
        {
            await response.Body.FlushAsync(end.Token);
            await SseFormatter.WriteAsync(
                items(end.Token),
                response.Body,
                (item, buffer) =>
                {
                    using var writer = new Utf8JsonWriter(buffer);
                    JsonSerializer.Serialize(writer, item.Data, json);
                },
                end.Token);
        }
        catch (OperationCanceledException) when (end.IsCancellationRequested)
        {
            // The page was closed, or the dashboard stops.
        }
    }
}
