namespace Marketplace.Hosting.Processes;

/// <summary>What to start. Arguments are passed as they are, never through a shell.</summary>
internal sealed record ProcessSpec(string FileName, params IReadOnlyList<string> Arguments)
{
    /// <summary>The folder to start in; the AppHost's own when null.</summary>
    public string? WorkingDirectory { get; init; }

    /// <summary>Added to (or, with a null value, taken from) the environment inherited from the AppHost.</summary>
    public IReadOnlyDictionary<string, string?> Environment { get; init; } = new Dictionary<string, string?>();

    /// <summary>The account to run as, for servers that refuse to run as root. Unix only.</summary>
    public string? UserName { get; init; }

    /// <summary>The signal that asks this process to end in order.</summary>
    public StopSignal StopSignal { get; init; } = StopSignal.Terminate;

    /// <summary>Shown in the ledger of started processes.</summary>
    public string Name { get; init; } = Path.GetFileNameWithoutExtension(FileName);
}

/// <summary>Values are the POSIX signal numbers.</summary>
internal enum StopSignal
{
    Interrupt = 2,
    Terminate = 15,
}
