namespace Marketplace.Hosting;

/// <summary>Whether the model is run or published.</summary>
public sealed class DistributedApplicationExecutionContext(DistributedApplicationOperation operation, string publisherName = "manifest")
{
    /// <summary>What is done with the model.</summary>
    public DistributedApplicationOperation Operation => operation;

    /// <summary>What publishing writes.</summary>
    public string PublisherName => publisherName;

    /// <summary>Whether the resources are started on this machine.</summary>
    public bool IsRunMode => operation == DistributedApplicationOperation.Run;

    /// <summary>Whether the model is written for deployment elsewhere.</summary>
    public bool IsPublishMode => operation == DistributedApplicationOperation.Publish;
}

/// <summary>What is done with a model.</summary>
public enum DistributedApplicationOperation
{
    /// <summary>Its resources are started on this machine.</summary>
    Run,

    /// <summary>It is written for deployment elsewhere.</summary>
    Publish,
}
