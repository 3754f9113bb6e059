using Aspire.Hosting;

namespace Marketplace.Hosting.State;

/// <summary>Another AppHost of the same checkout runs.</summary>
internal sealed class StateInUseException(string folder, int? owner) : DistributedApplicationException(
    $"This checkout is running already ({(owner is null ? "another process" : $"process {owner}")} holds '{folder}'). "
    + "End that one first, or run this one beside it with --isolated: free ports, a state folder of its own.");
