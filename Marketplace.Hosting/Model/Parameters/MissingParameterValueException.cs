namespace Marketplace.Hosting;

/// <summary>A parameter has no value.</summary>
public sealed class MissingParameterValueException(string message) : DistributedApplicationException(message);
