using Confluent.Kafka;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace Marketplace.Messaging;

/// <summary>Dead letters over HTTP, for operators.</summary>
public static class DeadLetterEndpoints
{
    private const int DefaultLimit = 100;
    private const int MaxLimit = 1_000;

    /// <summary>
    /// Maps <c>GET /dead-letters</c>, <c>GET /dead-letters/{partition}/{offset}</c>, <c>POST /dead-letters/replay</c> and
    /// <c>POST /dead-letters/purge</c>. Outside development they exist only where <see cref="Management.KeySetting"/> is set.
    /// </summary>
    public static void MapDeadLetters(this WebApplication app)
    {
        if (app.MapManagement("/dead-letters") is not { } letters)
        {
            return;
        }

        letters.WithTags("Dead letters").AddEndpointFilter(HandleErrorsAsync);
        letters.MapGet("/", (DeadLetterQueues queues, CancellationToken cancellationToken, int? partition, string? cause, string? topic, int limit = DefaultLimit) =>
            queues.Get(topic).ListAsync(new DeadLetterFilter(partition, Cause: cause), Math.Clamp(limit, 0, MaxLimit), cancellationToken))
            .WithName("ListDeadLetters").WithSummary("Lists messages that could not be handled");
        letters.MapGet("/{partition:int:min(0)}/{offset:long:min(0)}", FindAsync)
            .WithName("GetDeadLetter").WithSummary("Shows one with headers and body");
        letters.MapPost("/replay", async (DeadLetterQueues queues, CancellationToken cancellationToken, [FromBody] DeadLetterFilter? filter, string? topic) =>
            new DeadLetterReplayed(await queues.Get(topic).ReplayAsync(filter ?? new(), cancellationToken)))
            .WithName("ReplayDeadLetters").WithSummary("Sends those that match to their topic again; all without a body");
        letters.MapPost("/purge", (DeadLetterQueues queues, CancellationToken cancellationToken, [FromBody] DeadLetterFilter? filter, string? topic) =>
            queues.Get(topic).PurgeAsync(filter ?? new(), cancellationToken))
            .WithName("PurgeDeadLetters").WithSummary("Deletes those up to an offset; all without a body");
    }

    private static async Task<Results<Ok<DeadLetterContent>, ProblemHttpResult>> FindAsync(int partition, long offset, string? topic, DeadLetterQueues queues, CancellationToken cancellationToken) =>
        await queues.Get(topic).FindAsync(partition, offset, cancellationToken) is { } found
            ? TypedResults.Ok(found)
            : TypedResults.Problem($"There is no dead letter {partition}/{offset}.", statusCode: StatusCodes.Status404NotFound);

    private static async ValueTask<object?> HandleErrorsAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        try
        {
            return await next(context);
        }
        catch (Exception exception) when (exception is DeadLetterException or KafkaException or DeliveryException)
        {
            return TypedResults.Problem(Describe(exception), statusCode: exception is DeadLetterException ? StatusCodes.Status400BadRequest : StatusCodes.Status503ServiceUnavailable);
        }
    }

    internal static string Describe(Exception exception) =>
        exception is KafkaException kafka ? $"Kafka does not answer ({kafka.Error.Code}): {kafka.Error.Reason}." : exception.Message;
}
