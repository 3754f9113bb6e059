namespace Marketplace.Gateway.Http;

/// <summary>The form of a response.</summary>
internal enum ResponseFormat
{
    /// <summary><c>application/json</c>: status 200 whatever the outcome of a well-formed request.</summary>
    Json,

    /// <summary><c>application/graphql-response+json</c>: the status says whether the request was executed.</summary>
    GraphQLResponse,

    /// <summary><c>text/event-stream</c>: as server-sent events.</summary>
    EventStream,

    /// <summary><c>text/html</c>: the page in the browser.</summary>
    Html,

    /// <summary>Nothing the caller accepts.</summary>
    None,
}
