using System.Buffers;
using System.IO.Pipelines;
using Marketplace.Gateway.Errors;
using Marketplace.Gateway.Execution;
using Marketplace.Gateway.Security;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Options;

namespace Marketplace.Gateway.Subscriptions;

/// <summary>
/// Responds with server-sent events, each operation on a connection of its own, see "distinct connections mode" in
/// https://github.com/enisdenjo/graphql-sse/blob/master/PROTOCOL.md.
/// </summary>
internal sealed class EventStream(GraphQLExecutor executor, IHostApplicationLifetime lifetime, TimeProvider time, IOptions<GatewayOptions> options)
{
    private readonly TimeSpan _keepAlive = options.Value.Subscriptions.KeepAlive;

    /// <summary>Sends the one response to a query, a mutation or a refused request.</summary>
    public static async Task WriteAsync(HttpContext context, ReadOnlyMemory<byte> answer)
    {
        Begin(context);
        Write(answer.Span, context.Response.BodyWriter);
        Complete(context.Response.BodyWriter);
        await context.Response.BodyWriter.FlushAsync(context.RequestAborted);
    }

    /// <summary>
    /// Sends a subscription's responses until the client leaves. When the gateway stops, the stream ends without <c>complete</c>,
    /// so that clients subscribe again elsewhere.
    /// </summary>
    /// <param name="context">The request.</param>
    /// <param name="subscription">What to send.</param>
    /// <param name="caller">Whose token it lasts as long as.</param>
    public async Task WriteAsync(HttpContext context, Subscription subscription, Caller caller)
    {
        using var expiry = new CancellationTokenSource(caller.TimeLeft(time) ?? Timeout.InfiniteTimeSpan, time);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, lifetime.ApplicationStopping);
        using var until = CancellationTokenSource.CreateLinkedTokenSource(ending.Token, expiry.Token);
        context.Features.Get<IHttpMetricsTagsFeature>()?.MetricsDisabled = true;
        Begin(context);
        var output = context.Response.BodyWriter;
        try
        {
            await output.FlushAsync(ending.Token);
            await WriteAsync(subscription, output, until.Token);
        }
        catch (GatewayError error)
        {
            await EndAsync(error);
        }
        catch (OperationCanceledException) when (expiry.IsCancellationRequested && !ending.IsCancellationRequested)
        {
            await EndAsync(GatewayError.TokenExpired());
        }
        catch (OperationCanceledException)
        {
            // The client left, or the gateway stops.
        }

        async ValueTask EndAsync(GatewayError error)
        {
            await WriteAsync(
                buffer =>
                {
                    executor.Refuse(error, buffer);
                    return ValueTask.CompletedTask;
                },
                output);
            Complete(output);
            await output.FlushAsync(ending.Token);
        }
    }

    private async Task WriteAsync(Subscription subscription, PipeWriter output, CancellationToken cancellationToken)
    {
        using var reading = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await using var products = subscription.ReadAllAsync(reading.Token).GetAsyncEnumerator(reading.Token);
        using var timer = new PeriodicTimer(_keepAlive, time);
        var tick = timer.WaitForNextTickAsync(cancellationToken).AsTask();
        var next = products.MoveNextAsync().AsTask();
        try
        {
            while (true)
            {
                if (await Task.WhenAny(next, tick) == next)
                {
                    if (!await next)
                    {
                        break;
                    }

                    await WriteAsync(buffer => subscription.WriteAsync(products.Current, buffer, cancellationToken), output);
                    next = products.MoveNextAsync().AsTask();
                }
                else
                {
                    await tick;
                    output.Write(":\n\n"u8);
                    tick = timer.WaitForNextTickAsync(cancellationToken).AsTask();
                }

                await output.FlushAsync(cancellationToken);
            }
        }
        finally
        {
            // An enumerator cannot be disposed while it moves.
            await reading.CancelAsync();
            await ((Task)next).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private static void Begin(HttpContext context)
    {
        context.Response.ContentType = "text/event-stream; charset=utf-8";
        context.Response.Headers.CacheControl = "no-cache, no-transform";
        context.Response.Headers.XContentTypeOptions = "nosniff";

        // A proxy such as nginx would else hold events back.
        context.Response.Headers["X-Accel-Buffering"] = "no";
    }

    private static async ValueTask WriteAsync(Func<IBufferWriter<byte>, ValueTask> write, IBufferWriter<byte> output)
    {
        using var answer = new PooledBuffer();
        await write(answer);
        Write(answer.WrittenSpan, output);
    }

    private static void Write(ReadOnlySpan<byte> answer, IBufferWriter<byte> output)
    {
        output.Write("event: next\ndata: "u8);
        var data = output.GetSpan(answer.Length)[..answer.Length];

        // A line break would end the field; in JSON it can only stand between tokens.
        answer.Replace(data, (byte)'\n', (byte)' ');
        data.Replace((byte)'\r', (byte)' ');
        output.Advance(answer.Length);
        output.Write("\n\n"u8);
    }

    private static void Complete(IBufferWriter<byte> output) => output.Write("event: complete\ndata:\n\n"u8);
}
