namespace Marketplace.Hosting.Processes;

/// <summary>A program was not found, or the system refuses to start it; the message says which and why.</summary>
internal sealed class ProcessStartException(string message, Exception? inner = null) : Exception(message, inner);
