namespace Marketplace.Gateway.Options;

/// <summary>Registered queries.</summary>
internal sealed class TrustedDocumentsOptions
{
    /// <summary>Where they are: a folder of <c>.graphql</c> files.</summary>
    public string? Folder { get; set; }

    /// <summary>Whether only these are executed.</summary>
    public bool Only { get; set; }
}
