namespace Marketplace.Hosting.ApplicationModel;

/// <summary>One running copy of a resource.</summary>
/// <param name="Resource">The resource.</param>
/// <param name="Id">Unique in the application: the resource's name, with a suffix where there are replicas.</param>
/// <param name="ListeningPorts">The port this copy listens on, by endpoint name; names differing only by case are the same.</param>
public sealed record ResourceInstance(IResource Resource, string Id, IReadOnlyDictionary<string, int> ListeningPorts);
