using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Marketplace.Dashboard.Telemetry;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;

namespace Marketplace.Dashboard.Api;

/// <summary>What a page always wants to know, over one connection, because a browser allows six to a host: changed resources, and that telemetry arrived.</summary>
internal static class PageStream
{
    private const int LargestBatch = 500;
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    public static void MapPageStream(this IEndpointRouteBuilder api, IDashboardModel model, TelemetryStore store, DashboardOptions options) =>
        api.MapGet("/stream", () => new EventStream<PageNews>(cancellation => News(model, store, options, cancellation), ApiJson.Default.PageNews));

    private static async IAsyncEnumerable<SseItem<PageNews>> News(IDashboardModel model, TelemetryStore store, DashboardOptions options, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var news = Channel.CreateBounded<PageNews>(1);
        using var leaving = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var writers = Task.WhenAll(WriteResourcesAsync(model, news.Writer, leaving.Token), WriteTelemetryAsync(store, options, news.Writer, leaving.Token));
        _ = writers.ContinueWith(done => news.Writer.TryComplete(done.Exception?.InnerException), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        try
        {
            await foreach (var item in news.Reader.ReadAllAsync(cancellationToken))
            {
                yield return new(item);
            }
        }
        finally
        {
            await leaving.CancelAsync();
            await writers.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private static async Task WriteResourcesAsync(IDashboardModel model, ChannelWriter<PageNews> news, CancellationToken cancellationToken)
    {
        await foreach (var batch in model.WatchAsync(cancellationToken).InBatches(LargestBatch, cancellationToken))
        {
            await news.WriteAsync(new PageNews(ResourceView.Latest(batch), null), cancellationToken);
        }
    }

    private static async Task WriteTelemetryAsync(TelemetryStore store, DashboardOptions options, ChannelWriter<PageNews> news, CancellationToken cancellationToken)
    {
        while (true)
        {
            var next = Task.WhenAny(store.Traces.Changed.Next, store.Logs.Changed.Next, store.Metrics.Changed.Next);
            await news.WriteAsync(new PageNews(null, TelemetryStatus.From(store, options)), cancellationToken);
            await next.WaitAsync(cancellationToken);
            await Task.Delay(Pause, cancellationToken);
        }
    }
}
