using Marketplace.Hosting.ApplicationModel;

namespace Marketplace.Hosting.Running.Notifications;

/// <summary>Names of the facts in <see cref="CustomResourceSnapshot.Properties"/>.</summary>
internal static class ResourceProperties
{
    /// <summary>The process's id, while it runs.</summary>
    public const string ProcessId = "ProcessId";

    /// <summary>What the resource is made from.</summary>
    public const string Source = "Source";

    /// <summary>Which implementation serves it.</summary>
    public const string Implementation = "Implementation";
}
