using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Text;
using Confluent.Kafka;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;

namespace Marketplace.Benchmarks.Floors;

/// <summary>A bare gateway: the id from the body, a message with it to <see cref="FloorTopics.Commands"/>, the reply's bytes as the answer.</summary>
internal static class AskingFloor
{
    public static async Task<int> RunAsync()
    {
        using var producer = BareKafka.Producer(BareKafka.Servers);
        var pending = new ConcurrentDictionary<long, TaskCompletionSource<byte[]>>();
        using var replies = BareKafka.Listen(BareKafka.Servers, "floor-asking", new TopicPartition(FloorTopics.Replies, 0), reply =>
        {
            if (Utf8Parser.TryParse(reply.Key, out long number, out _) && pending.TryRemove(number, out var caller))
            {
                caller.TrySetResult(reply.Value);
            }
        });

        var last = 0L;
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.AddServerHeader = false);
        var app = builder.Build();
        app.MapGet("/", () => "ready");
        app.MapFallback(async context =>
        {
            var read = await HttpFloor.ReadToEndAsync(context.Request.BodyReader, context.RequestAborted);
            var id = HttpFloor.ReadId(read);
            context.Request.BodyReader.AdvanceTo(read.Buffer.End);
            var number = Interlocked.Increment(ref last);
            var caller = pending[number] = new TaskCompletionSource<byte[]>(TaskCreationOptions.RunContinuationsAsynchronously);
            producer.Produce(
                new TopicPartition(FloorTopics.Commands, BareKafka.StickyPartition),
                new Message<byte[], byte[]> { Key = Encoding.UTF8.GetBytes($"{number}"), Value = Encoding.UTF8.GetBytes(id) });
            var answer = await caller.Task;
            context.Response.ContentType = "application/json; charset=utf-8";
            context.Response.ContentLength = answer.Length;
            await context.Response.BodyWriter.WriteAsync(answer, context.RequestAborted);
        });
        await app.RunAsync();
        return 0;
    }
}

/// <summary>The topics of the bare programs.</summary>
internal static class FloorTopics
{
    /// <summary>Ids asked for.</summary>
    public const string Commands = "floor.commands";

    /// <summary>Answers, in partition 0.</summary>
    public const string Replies = "floor.replies";

    /// <summary>Messages of the product pipeline's form, sent back as they came.</summary>
    public const string Echo = "floor.echo";
}
