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

        letters.WithTags("Dead letters").AddEndpointFilter(RunAsync);
        letters.MapGet("/", (DeadLetterQueues queues, CancellationToken cancellationToken, int? partition, string? cause, string? topic, int limit = DefaultLimit) =>
            queues.Get(topic).ListAsync(new DeadLetterFilter(partition, Cause: cause), Math.Clamp(limit, 0, MaxLimit), cancellationToken))
            .WithName("ListDeadLetters").WithSummary("Lists messages that were set aside");
        letters.MapGet("/{partition:int:min(0)}/{offset:long:min(0)}", FindAsync)
            .WithName("GetDeadLetter").WithSummary("Shows one with headers and body");
        letters.MapPost("/replay", ReplayAsync)
            .WithName("ReplayDeadLetters").WithSummary("Puts those that fit, all without a body, back on their topic");
        letters.MapPost("/purge", PurgeAsync)
            .WithName("PurgeDeadLetters").WithSummary("Gives up those up to an offset, all without a body");
    }

    private static async Task<Results<Ok<DeadLetterContent>, ProblemHttpResult>> FindAsync(int partition, long offset, string? topic, DeadLetterQueues queues, CancellationToken cancellationToken) =>
        await queues.Get(topic).FindAsync(partition, offset, cancellationToken) is { } found
            ? TypedResults.Ok(found)
            : TypedResults.Problem($"There is no dead letter {partition}/{offset}.", statusCode: StatusCodes.Status404NotFound);

    private static async Task<Results<Ok<DeadLetterReplayed>, ProblemHttpResult>> ReplayAsync([FromBody] DeadLetterFilter? filter, string? topic, DeadLetterQueues queues, CancellationToken cancellationToken) =>
        filter?.Mistake is { } mistake
            ? TypedResults.Problem(mistake, statusCode: StatusCodes.Status400BadRequest)
            : TypedResults.Ok(new DeadLetterReplayed(await queues.Get(topic).ReplayAsync(filter ?? new(), cancellationToken)));

    private static async Task<Results<Ok<DeadLetterPurged>, ProblemHttpResult>> PurgeAsync([FromBody] DeadLetterPurge? purge, string? topic, DeadLetterQueues queues, CancellationToken cancellationToken) =>
        purge?.Mistake is { } mistake
            ? TypedResults.Problem(mistake, statusCode: StatusCodes.Status400BadRequest)
            : TypedResults.Ok(await queues.Get(topic).PurgeAsync(purge ?? new(), cancellationToken));

    private static async ValueTask<object?> RunAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        try
        {
            return await next(context);
        }
        catch (DeadLetterException exception)
        {
            return TypedResults.Problem(exception.Message, statusCode: exception.IsBusy ? StatusCodes.Status409Conflict : StatusCodes.Status400BadRequest);
        }
        catch (Exception exception) when (exception is KafkaException or DeliveryException)
        {
            return TypedResults.Problem(Describe(exception), statusCode: StatusCodes.Status503ServiceUnavailable);
        }
    }

    internal static string Describe(Exception exception) =>
        exception is KafkaException kafka ? $"Kafka does not answer ({kafka.Error.Code}): {kafka.Error.Reason}." : exception.Message;
}
