using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Marketplace.Dashboard.Api;

/// <summary>What all resources write, in one stream by time.</summary>
internal static class MergedConsole
{
    private const int Tail = 5_000;
    private const int LargestBatch = 500;

    public static void MapMergedConsole(this IEndpointRouteBuilder api, IDashboardModel model)
    {
        var console = api.MapGroup("/console");

        console.MapGet("/stream", () => new EventStream<IReadOnlyList<MergedLine>>(cancellation => Batches(model, cancellation), ApiJson.Default.IReadOnlyListMergedLine));

        // All that is kept, to take along: a line each, with who wrote it.
        console.MapGet("/", async (HttpResponse response, CancellationToken cancellation) =>
        {
            var lines = await PastAsync(model, cancellation);
            var width = lines.Select(line => line.Resource.Length).DefaultIfEmpty().Max();
            response.Headers.ContentDisposition = "attachment; filename=\"all-resources.log\"";
            return TypedResults.Text(string.Concat(lines.Select(line => $"{line.Time:O} {line.Resource.PadRight(width)} | {line.Text}\n")));
        });
    }

    private static async IAsyncEnumerable<SseItem<IReadOnlyList<MergedLine>>> Batches(IDashboardModel model, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var batch in Lines(model, cancellationToken).InBatches(LargestBatch, cancellationToken))
        {
            yield return new(batch, "lines");
        }
    }

    /// <summary>The last lines of all resources by time, then what each writes as it comes.</summary>
    private static async IAsyncEnumerable<MergedLine> Lines(IDashboardModel model, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var past = await PastAsync(model, cancellationToken);
        var last = past.GroupBy(line => line.Resource).ToDictionary(lines => lines.Key, lines => lines.Max(line => line.Number));
        foreach (var line in past.TakeLast(Tail))
        {
            yield return line;
        }

        var arriving = Channel.CreateBounded<MergedLine>(LargestBatch);
        using var leaving = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var readers = FollowAsync(model, last, arriving.Writer, leaving.Token);
        _ = readers.ContinueWith(done => arriving.Writer.TryComplete(done.Exception?.InnerException), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        try
        {
            await foreach (var line in arriving.Reader.ReadAllAsync(cancellationToken))
            {
                yield return line;
            }
        }
        finally
        {
            await leaving.CancelAsync();
            await readers.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>What is kept of all resources, by time.</summary>
    private static async Task<IReadOnlyList<MergedLine>> PastAsync(IDashboardModel model, CancellationToken cancellationToken)
    {
        var past = new List<MergedLine>();
        foreach (var resource in model.Resources)
        {
            await foreach (var line in model.ReadConsoleAsync(resource.Name, 0, follow: false, cancellationToken))
            {
                past.Add(From(resource.Name, line));
            }
        }

        return [.. past.OrderBy(line => line.Time)];
    }

    // A resource may turn up after the page was opened.
    private static async Task FollowAsync(IDashboardModel model, Dictionary<string, long> last, ChannelWriter<MergedLine> to, CancellationToken cancellationToken)
    {
        var readers = new Dictionary<string, Task>();
        try
        {
            await foreach (var resource in model.WatchAsync(cancellationToken))
            {
                if (!readers.ContainsKey(resource.Name))
                {
                    readers.Add(resource.Name, CopyAsync(model, resource.Name, last.GetValueOrDefault(resource.Name), to, cancellationToken));
                }
            }
        }
        finally
        {
            await Task.WhenAll(readers.Values).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private static async Task CopyAsync(IDashboardModel model, string resource, long after, ChannelWriter<MergedLine> to, CancellationToken cancellationToken)
    {
        await foreach (var line in model.ReadConsoleAsync(resource, after, follow: true, cancellationToken))
        {
            await to.WriteAsync(From(resource, line), cancellationToken);
        }
    }

    private static MergedLine From(string resource, ConsoleLine line) => new(resource, line.Number, line.Time, line.IsError, line.Text);
}
