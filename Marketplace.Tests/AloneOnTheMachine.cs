using Xunit;

namespace Marketplace.Tests;

/// <summary>Tests that run when no others do: they start several servers of their own, or measure what the processor gives them.</summary>
[CollectionDefinition(DisableParallelization = true)]
public sealed class AloneOnTheMachine;
