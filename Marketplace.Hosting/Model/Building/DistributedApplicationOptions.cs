namespace Marketplace.Hosting;

/// <summary>How an application is made.</summary>
public sealed class DistributedApplicationOptions
{
    /// <summary>The command line.</summary>
    public string[]? Args { get; set; }

    /// <summary>The name of the AppHost's assembly; the program's own unless given.</summary>
    public string? AssemblyName { get; set; }

    /// <summary>The folder of the AppHost's project; found by its assembly unless given.</summary>
    public string? ProjectDirectory { get; set; }

    /// <summary>Whether the application runs without a dashboard.</summary>
    public bool DisableDashboard { get; set; }
}
