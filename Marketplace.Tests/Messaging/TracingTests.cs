using System.Collections.Concurrent;
using System.Diagnostics;
using Marketplace.Contracts;
using Marketplace.Messaging;
using Xunit;

namespace Marketplace.Tests.Messaging;

[Collection(typeof(SharedKafka))]
public sealed class TracingTests(KafkaBroker kafka)
{
    [Fact(Timeout = 120_000)]
    public async Task One_trace_leads_from_the_caller_through_command_and_reply()
    {
        var marketplace = kafka.TakeMarket();
        var (commands, replies) = (Topics.GetProduct(marketplace), KafkaBroker.RepliesOf(marketplace));
        await using var service = await kafka.StartAsync((messaging, _) => messaging.AddConsumer<Answer>(commands, marketplace).AddReplyTopic(replies));
        await using var gateway = await kafka.StartAsync((messaging, _) => messaging.AddRequestClient(replies).AddTopic(commands));
        using var caller = new Activity("caller").SetIdFormat(ActivityIdFormat.W3C);
        caller.ActivityTraceFlags = ActivityTraceFlags.Recorded;
        caller.Start();
        using var spans = new Spans(caller.TraceId);

        await gateway.Get<RequestClient>().GetProductAsync(marketplace, "1", TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);
        Assert.Equal(caller, Activity.Current);
        await spans.WaitForAsync(4, TestContext.Current.CancellationToken);

        var send = spans.Get($"send {commands}");
        var process = spans.Get($"process {commands}");
        var answer = spans.Get($"send {replies}");
        var receive = spans.Get($"process {replies}");
        Assert.Equal((ActivityKind.Producer, caller.SpanId), (send.Kind, send.ParentSpanId));
        Assert.Equal((ActivityKind.Consumer, send.SpanId), (process.Kind, process.ParentSpanId));
        Assert.Equal((ActivityKind.Producer, process.SpanId), (answer.Kind, answer.ParentSpanId));
        Assert.Equal((ActivityKind.Consumer, answer.SpanId), (receive.Kind, receive.ParentSpanId));
        Assert.Equal("kafka", process.GetTagItem("messaging.system"));
        Assert.Equal(commands, process.GetTagItem("messaging.destination.name"));
        Assert.Equal(marketplace, process.GetTagItem("messaging.consumer.group.name"));
    }

    private sealed class Answer(Replies replies) : IMessageHandler
    {
        public Task HandleAsync(IReadOnlyList<ConsumedMessage> messages, CancellationToken cancellationToken)
        {
            foreach (var message in messages)
            {
                replies.Send(message, MessageTypes.ProductReply, ProductReply.Write(ProductSource.Cache, []), ProductReply.TooLarge);
            }

            return Task.CompletedTask;
        }
    }

    /// <summary>The finished spans of one trace.</summary>
    private sealed class Spans : IDisposable
    {
        private readonly ConcurrentQueue<Activity> _finished = new();
        private readonly SemaphoreSlim _one = new(0);
        private readonly ActivityListener _listener;

        public Spans(ActivityTraceId trace)
        {
            _listener = new ActivityListener
            {
                ShouldListenTo = source => source.Name == "Marketplace.Messaging",
                Sample = (ref ActivityCreationOptions<ActivityContext> options) => options.TraceId == trace ? ActivitySamplingResult.AllDataAndRecorded : ActivitySamplingResult.None,
                ActivityStopped = span =>
                {
                    // Spans that another test's listener asked for end here too.
                    if (span.TraceId == trace)
                    {
                        _finished.Enqueue(span);
                        _one.Release();
                    }
                },
            };
            ActivitySource.AddActivityListener(_listener);
        }

        public Activity Get(string name) => Assert.Single(_finished, span => span.DisplayName == name);

        public async Task WaitForAsync(int count, CancellationToken cancellationToken)
        {
            for (var i = 0; i < count; i++)
            {
                await _one.WaitAsync(cancellationToken);
            }
        }

        public void Dispose() => _listener.Dispose();
    }
}
