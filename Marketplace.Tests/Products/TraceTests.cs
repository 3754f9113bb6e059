using System.Collections.Concurrent;
using System.Diagnostics;
using Marketplace.Contracts;
using Xunit;

namespace Marketplace.Tests.Products;

/// <summary>One trace from the question to the event.</summary>
[Collection(Pipeline.Name)]
public class TraceTests(PipelineServers servers)
{
    [Fact]
    public async Task A_cold_read_is_one_trace_from_the_command_to_the_event()
    {
        using var source = new ActivitySource("Marketplace.Tests");
        var spans = new ConcurrentQueue<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = heard => heard.Name is "Marketplace.Tests" or "Marketplace.Messaging" or "Marketplace.Redis" or "Npgsql",
            Sample = (ref _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = spans.Enqueue,
        };
        ActivitySource.AddActivityListener(listener);
        var marketplace = new TestMarketplace(servers.TakeMarketplace());
        await using var service = await ProductProcess.StartAsync(servers, marketplace);
        await using var asker = await Asker.StartAsync(servers, marketplace.Name);
        ActivityTraceId trace;
        using (var root = source.StartActivity("question")!)
        {
            trace = root.TraceId;
            await asker.AskAsync("x");
        }

        await asker.HearAsync("x", version: 1);
        var command = Topics.GetProduct(marketplace.Name);
        var happened = Topics.ProductPersisted(marketplace.Name);
        Activity? Find(string name) => spans.FirstOrDefault(span => span.TraceId == trace && span.DisplayName == name);
        await Wait.UntilAsync(() => Find($"send {happened}") is not null && Find($"process {happened}") is not null && Find($"process {command}") is not null, "the spans have ended");

        var asked = Find($"send {command}")!;
        var processed = Find($"process {command}")!;
        Assert.Equal((ActivityKind.Producer, "question"), (asked.Kind, asked.Parent?.DisplayName));
        Assert.Equal((ActivityKind.Consumer, asked.SpanId), (processed.Kind, processed.ParentSpanId));
        Assert.Equal((ActivityKind.Producer, processed.SpanId), (Find($"send {Topics.Replies}")!.Kind, Find($"send {Topics.Replies}")!.ParentSpanId));
        Assert.Equal((ActivityKind.Producer, processed.SpanId), (Find($"send {happened}")!.Kind, Find($"send {happened}")!.ParentSpanId));
        Assert.Equal((ActivityKind.Consumer, Find($"send {happened}")!.SpanId), (Find($"process {happened}")!.Kind, Find($"process {happened}")!.ParentSpanId));
        Assert.Contains(spans, span => span.TraceId == trace && span.Source.Name == "Npgsql" && span.Kind == ActivityKind.Client && span.ParentSpanId == processed.SpanId);
        Assert.Contains(spans, span => span.TraceId == trace && span.Source.Name == "Marketplace.Redis" && span.Kind == ActivityKind.Client && span.ParentSpanId == processed.SpanId);
    }
}
