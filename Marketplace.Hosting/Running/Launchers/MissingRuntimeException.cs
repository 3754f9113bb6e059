namespace Marketplace.Hosting.Running.Launchers;

/// <summary>What would run a resource is not on this machine; the message names it.</summary>
internal sealed class MissingRuntimeException(string message) : Exception(message);
