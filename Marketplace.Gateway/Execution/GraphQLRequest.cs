namespace Marketplace.Gateway.Execution;

/// <summary>One GraphQL request, however it came.</summary>
/// <param name="Query">The text of the document; may be absent when there is a hash.</param>
/// <param name="OperationName">Which operation of the document to execute; <c>null</c> or empty where it has only one.</param>
/// <param name="Variables">The variables' JSON object; empty when there are none.</param>
/// <param name="Hash">The SHA-256 of the text, in hexadecimal, where the client names the document by it.</param>
internal readonly record struct GraphQLRequest(string? Query, string? OperationName, ReadOnlyMemory<byte> Variables, string? Hash = null);

/// <summary>What became of a request; with the media type it decides the HTTP status.</summary>
internal enum GraphQLOutcome
{
    /// <summary>It was executed; the answer has <c>data</c>, and perhaps errors of fields.</summary>
    Executed,

    /// <summary>It was refused before execution; the answer has <c>errors</c> only.</summary>
    Refused,

    /// <summary>It would change something, and came in a way that may only read.</summary>
    RefusedAsWrite,
}
