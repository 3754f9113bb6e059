using Marketplace.Contracts;

namespace Marketplace.Products;

/// <summary>A marketplace gave no answer. The message is shown to users and names neither secrets nor addresses.</summary>
public sealed class ProductSourceException : Exception
{
    private ProductSourceException(string code, string message, TimeSpan? retryAfter, Exception? innerException)
        : base(message, innerException)
    {
        Code = code;
        RetryAfter = retryAfter;
    }

    /// <summary>The argument of the question that is refused, as the schema spells it; <c>null</c> where it is not one alone.</summary>
    public string? Field { get; private init; }

    /// <summary>One of <see cref="ReplyErrorCodes"/>.</summary>
    public string Code { get; }

    /// <summary>How long to wait before trying again; <c>null</c> when unknown.</summary>
    public TimeSpan? RetryAfter { get; }

    /// <summary>The marketplace refuses calls for now, or the calls allowed are spent.</summary>
    public static ProductSourceException RateLimited(string message, TimeSpan? retryAfter = null, Exception? innerException = null) =>
        new(ReplyErrorCodes.RateLimited, message, retryAfter, innerException);

    /// <summary>The marketplace refuses the question, in words that the message repeats: asked again it would do the same.</summary>
    public static ProductSourceException Refused(string message, Exception? innerException = null) =>
        new(ReplyErrorCodes.BadUserInput, message, null, innerException);

    /// <summary>The marketplace cannot search by this argument, or not by this value of it, as the message says.</summary>
    public static ProductSourceException Refused(string message, string field) =>
        new(ReplyErrorCodes.BadUserInput, message, null, null) { Field = field };

    /// <summary>The marketplace did not answer in time.</summary>
    public static ProductSourceException TimedOut(string message, Exception? innerException = null) =>
        new(ReplyErrorCodes.UpstreamTimeout, message, null, innerException);

    /// <summary>The marketplace is down, answered with an error or with something that is no product.</summary>
    public static ProductSourceException Unavailable(string message, TimeSpan? retryAfter = null, Exception? innerException = null) =>
        new(ReplyErrorCodes.UpstreamUnavailable, message, retryAfter, innerException);
}
