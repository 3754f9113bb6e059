using Xunit;

namespace Marketplace.Tests;

/// <summary>Tests that run when no others do: they start several servers of their own, or measure or wait for what the processor gives a browser.</summary>
[CollectionDefinition(DisableParallelization = true)]
public sealed class AloneOnTheMachine;
