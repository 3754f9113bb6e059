namespace Marketplace.Hosting.ApplicationModel;

/// <summary>How a resource is written to the manifest.</summary>
public sealed class ManifestPublishingCallbackAnnotation : IResourceAnnotation
{
    private ManifestPublishingCallbackAnnotation()
    {
    }

    /// <summary>It is left out.</summary>
    public static ManifestPublishingCallbackAnnotation Ignore { get; } = new();
}
