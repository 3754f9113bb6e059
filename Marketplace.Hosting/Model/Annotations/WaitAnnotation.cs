namespace Marketplace.Hosting.ApplicationModel;

/// <summary>A resource does not start before another is ready.</summary>
public sealed class WaitAnnotation(IResource resource, WaitType waitType, int exitCode = 0) : IResourceAnnotation
{
    /// <summary>The resource waited for.</summary>
    public IResource Resource => resource;

    /// <summary>What is waited for.</summary>
    public WaitType WaitType => waitType;

    /// <summary>The exit code that counts as completed.</summary>
    public int ExitCode => exitCode;
}

/// <summary>What a resource waits for.</summary>
public enum WaitType
{
    /// <summary>The other runs and its health checks pass.</summary>
    WaitUntilHealthy,

    /// <summary>The other has ended with the expected exit code.</summary>
    WaitForCompletion,
}
