using Marketplace.Hosting.State;

namespace Marketplace.Hosting;

/// <summary>How this run differs from a developer's usual one.</summary>
internal sealed class EngineOptions
{
    /// <summary>Free ports for everything and a state folder of its own, removed afterwards: <c>--isolated</c>, and every test.</summary>
    public bool IsIsolated { get; set; }

    /// <summary>Whether a test drives the application: no terminal output, no signal handlers, no data volumes.</summary>
    public bool IsTest { get; set; }

    public bool DisableDashboard { get; set; }

    /// <summary>Where the AppHost's project is.</summary>
    public required string AppHostDirectory { get; init; }

    /// <summary>The file or folder that publishing writes.</summary>
    public string? OutputPath { get; set; }
}

/// <summary>The state of the current run, once it is open; the runner opens and sets it before anything asks for a generated secret.</summary>
internal sealed class CurrentRunState
{
    public RunState? Value { get; set; }

    /// <exception cref="InvalidOperationException">The application has not started.</exception>
    public GeneratedSecrets Secrets => (Value ?? throw new InvalidOperationException("Generated parameters have a value once the application has started.")).Secrets;
}
