using System.Net;
using System.Net.Http.Headers;

namespace Marketplace.Products;

/// <summary>
/// A marketplace answered a call with an error. What a source does not catch of it becomes a <see cref="ProductSourceException"/> in
/// <see cref="GuardedCalls"/>: 429 a pause of all calls, a refusal a longer one that is reported to operators, anything else the one call's failure.
/// </summary>
/// <param name="status">The answer's status.</param>
/// <param name="message">What it says, for users: neither secrets nor addresses.</param>
/// <param name="retryAfter">The answer's header <c>Retry-After</c>.</param>
public abstract class ErrorAnswerException(HttpStatusCode status, string message, RetryConditionHeaderValue? retryAfter) : Exception(message)
{
    /// <summary>The answer's status.</summary>
    public HttpStatusCode Status => status;

    /// <summary>Why, and what to do about it, for operators; without secrets.</summary>
    public abstract string Reason { get; }

    /// <summary>Whether every call of this application would fare the same; those answered with 401 or 403 unless the marketplace says more.</summary>
    public virtual bool IsRefusal => status is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden;

    /// <summary>How long a refusal lasts at least; <c>null</c> when it may end at any time.</summary>
    public virtual TimeSpan? RefusedFor => null;

    /// <summary>How long the marketplace wants to be left alone; <c>null</c> when it does not say.</summary>
    /// <param name="now">The time now.</param>
    public virtual TimeSpan? WaitFrom(DateTimeOffset now) => retryAfter.WaitFrom(now);
}
