namespace Marketplace.Hosting.ApplicationModel;

/// <summary>A link that the dashboard shows for a resource.</summary>
public sealed class ResourceUrlAnnotation : IResourceAnnotation
{
    /// <summary>The address; an address without a host is taken relative to the endpoint.</summary>
    public required string Url { get; set; }

    /// <summary>The text shown instead of the address.</summary>
    public string? DisplayText { get; set; }

    /// <summary>The endpoint the link belongs to.</summary>
    public EndpointReference? Endpoint { get; init; }
}

/// <summary>Changes the links of a resource once its endpoints are known.</summary>
public sealed class ResourceUrlsCallbackAnnotation(Func<ResourceUrlsCallbackContext, Task> callback) : IResourceAnnotation
{
    /// <summary>Changes the links.</summary>
    public Func<ResourceUrlsCallbackContext, Task> Callback => callback;
}

/// <summary>What a link callback works on.</summary>
public sealed class ResourceUrlsCallbackContext(DistributedApplicationExecutionContext executionContext, IResource resource, List<ResourceUrlAnnotation>? urls = null, CancellationToken cancellationToken = default)
{
    /// <summary>The links so far: one for each endpoint.</summary>
    public List<ResourceUrlAnnotation> Urls { get; } = urls ?? [];

    /// <summary>The resource.</summary>
    public IResource Resource => resource;

    /// <summary>Whether the model is run or published.</summary>
    public DistributedApplicationExecutionContext ExecutionContext => executionContext;

    /// <summary>Ends the collecting.</summary>
    public CancellationToken CancellationToken => cancellationToken;
}

/// <summary>A resource belongs to another in some way.</summary>
public sealed class ResourceRelationshipAnnotation(IResource resource, string type) : IResourceAnnotation
{
    /// <summary>The other resource.</summary>
    public IResource Resource => resource;

    /// <summary>How: one of <see cref="KnownRelationshipTypes"/>.</summary>
    public string Type => type;
}

/// <summary>How resources belong together.</summary>
public static class KnownRelationshipTypes
{
    /// <summary>The other is the parent.</summary>
    public const string Parent = "Parent";

    /// <summary>The other is referred to.</summary>
    public const string Reference = "Reference";

    /// <summary>The other is waited for.</summary>
    public const string WaitFor = "WaitFor";
}

/// <summary>The icon of a resource.</summary>
public sealed class ResourceIconAnnotation(string iconName, IconVariant iconVariant = IconVariant.Filled) : IResourceAnnotation
{
    /// <summary>The icon's name.</summary>
    public string IconName => iconName;

    /// <summary>Whether it is filled.</summary>
    public IconVariant IconVariant => iconVariant;
}

/// <summary>How an icon is drawn.</summary>
public enum IconVariant
{
    /// <summary>Outlined.</summary>
    Regular,

    /// <summary>Filled.</summary>
    Filled,
}

/// <summary>A resource starts only when it is told to.</summary>
public sealed class ExplicitStartupAnnotation : IResourceAnnotation;
