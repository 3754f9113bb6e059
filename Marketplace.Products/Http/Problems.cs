using System.Globalization;
using Marketplace.Contracts;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Marketplace.Products.Http;

/// <summary>Problem details (RFC 9457) with the same <c>code</c> as in replies.</summary>
internal static class Problems
{
    public static ProblemHttpResult Invalid(string message) => Problem(StatusCodes.Status400BadRequest, "BAD_USER_INPUT", message);

    public static ProblemHttpResult NotFound(string message) => Problem(StatusCodes.Status404NotFound, "NOT_FOUND", message);

    public static ProblemHttpResult NotImplemented(string message) => Problem(StatusCodes.Status501NotImplemented, "NOT_IMPLEMENTED", message);

    /// <summary>A failure; the header <c>Retry-After</c> says when to try again, where that is known.</summary>
    public static ProblemHttpResult Failed(ReplyError error, HttpResponse response)
    {
        if (error.RetryAfterMs is { } milliseconds)
        {
            response.Headers.RetryAfter = Math.Max(1, (milliseconds + 999) / 1000).ToString(CultureInfo.InvariantCulture);
        }

        var status = error.Code switch
        {
            ReplyErrorCodes.BadUserInput => StatusCodes.Status400BadRequest,
            ReplyErrorCodes.UpstreamTimeout => StatusCodes.Status504GatewayTimeout,
            _ => StatusCodes.Status503ServiceUnavailable,
        };
        return Problem(status, error.Code, error.Message);
    }

    private static ProblemHttpResult Problem(int status, string code, string message) =>
        TypedResults.Problem(message, statusCode: status, extensions: new Dictionary<string, object?> { ["code"] = code });
}
