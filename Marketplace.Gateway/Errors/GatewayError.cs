using GraphQL;
using Marketplace.Contracts;

namespace Marketplace.Gateway.Errors;

/// <summary>An error with a code of ours and a message written for the caller.</summary>
internal sealed class GatewayError : ExecutionError
{
    public GatewayError(string code, string message)
        : base(message)
    {
        Code = code;
    }

    /// <summary>An argument's value is outside what is allowed.</summary>
    public static GatewayError BadInput(string field, string rule)
    {
        var error = new GatewayError(ErrorCodes.BadUserInput, $"The argument '{field}' must be {rule}");
        error.AddExtension("field", field).AddExtension("rule", rule);
        return error;
    }

    /// <summary>The marketplace refuses an argument's value.</summary>
    public static GatewayError Refused(string field, string reason)
    {
        var error = new GatewayError(ErrorCodes.BadUserInput, reason);
        error.AddExtension("field", field);
        return error;
    }

    /// <summary>A subscriber reads its products more slowly than they are stored.</summary>
    public static GatewayError TooSlow(int waiting) =>
        new(ErrorCodes.SubscriberTooSlow, $"More than {waiting} products were waiting for this subscriber; subscribe again and read what may have been missed.");

    /// <summary>The gateway has as many open connections as it may.</summary>
    public static GatewayError TooManyConnections() =>
        new(ErrorCodes.TooManyOperations, "This gateway has as many open connections as it may; try again later.");

    /// <summary>A subscription's token expired.</summary>
    public static GatewayError TokenExpired() =>
        new(ErrorCodes.Unauthenticated, "The token expired; subscribe again with a new one.");

    /// <summary>A connection has as many operations running as it may.</summary>
    public static GatewayError TooManyOperations(int limit) =>
        new(ErrorCodes.TooManyOperations, $"At most {limit} operations may run on one connection.");

    /// <summary>A batch has more requests than it may.</summary>
    public static GatewayError BatchTooLarge(int limit)
    {
        var error = new GatewayError(ErrorCodes.QueryTooComplex, $"A batch may have at most {limit} requests.");
        error.AddExtension("limit", "batch").AddExtension("allowed", limit);
        return error;
    }

    /// <summary>A client sends more requests than it may.</summary>
    public static GatewayError RateLimited(TimeSpan retryAfter)
    {
        var error = new GatewayError(ErrorCodes.RateLimited, "Too many requests from this client; try again later.");
        error.AddExtension("retryAfterMs", (long)Math.Ceiling(retryAfter.TotalMilliseconds));
        return error;
    }

    /// <summary>A client asks for more that is not cached than it may.</summary>
    /// <param name="retryAfter">How long until it may again.</param>
    public static ReplyError TooManyColdReads(TimeSpan retryAfter) =>
        new(ErrorCodes.RateLimited, "Too much that is not cached was asked for by this client; try again later.", (long)Math.Ceiling(retryAfter.TotalMilliseconds));

    /// <summary>A marketplace's service failed to answer.</summary>
    public static GatewayError From(ReplyError reply)
    {
        var error = new GatewayError(reply.Code, reply.Message);
        if (reply.RetryAfterMs is { } milliseconds)
        {
            error.AddExtension("retryAfterMs", milliseconds);
        }

        return error;
    }
}
