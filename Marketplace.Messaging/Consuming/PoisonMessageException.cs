namespace Marketplace.Messaging;

/// <summary>A message that can never be handled, however often it is tried.</summary>
/// <param name="cause">A short name for the kind of failure, such as <c>invalid-json</c>: becomes the header <c>error-type</c> and a metric's dimension, so few values.</param>
/// <param name="message">What is wrong, for people; becomes the header <c>error-message</c>. No secrets.</param>
/// <param name="innerException">What was thrown.</param>
public sealed class PoisonMessageException(string cause, string message, Exception? innerException = null)
    : Exception(message, innerException)
{
    /// <summary>The kind of failure.</summary>
    public string Cause { get; } = cause;
}
