namespace Marketplace.Gateway.Options;

/// <summary>When products are read over gRPC. Searches and refreshes always are.</summary>
internal enum GrpcReads
{
    /// <summary>Never.</summary>
    Off,

    /// <summary>As a hedge: when Kafka fails or is slow.</summary>
    Hedge,

    /// <summary>First, with Kafka as the hedge.</summary>
    First,
}
