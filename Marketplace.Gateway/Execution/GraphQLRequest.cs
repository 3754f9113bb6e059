namespace Marketplace.Gateway.Execution;

/// <summary>One GraphQL request, by any transport.</summary>
/// <param name="Query">The text of the document; absent where the client names the document.</param>
/// <param name="OperationName">Which operation of the document to execute; <c>null</c> or empty where it has only one.</param>
/// <param name="Variables">The variables' JSON object; empty when there are none.</param>
/// <param name="DocumentId">What names the document: the SHA-256 of its text in hexadecimal, <c>sha256:</c> before it or not.</param>
/// <param name="Known">The document with this text, if it was found when the text was read.</param>
/// <param name="Body">The bytes it came as, when these are all of it and the same bytes are the same request.</param>
internal readonly record struct GraphQLRequest(
    string? Query, string? OperationName, ReadOnlyMemory<byte> Variables, string? DocumentId = null, Document? Known = null, ReadOnlyMemory<byte> Body = default);
