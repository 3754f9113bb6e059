namespace Marketplace.Gateway.Execution;

/// <summary>What the transport by which a request came can do besides queries.</summary>
[Flags]
internal enum TransportCapabilities
{
    /// <summary>Queries only.</summary>
    None = 0,

    /// <summary>Mutations.</summary>
    Mutations = 1,

    /// <summary>Subscriptions.</summary>
    Subscriptions = 2,
}
