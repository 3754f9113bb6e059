using Marketplace.Gateway.Subscriptions;

namespace Marketplace.Gateway.Execution;

/// <summary>One GraphQL request, however it came.</summary>
/// <param name="Query">The text of the document; may be absent when there is a hash.</param>
/// <param name="OperationName">Which operation of the document to execute; <c>null</c> or empty where it has only one.</param>
/// <param name="Variables">The variables' JSON object; empty when there are none.</param>
/// <param name="Hash">The SHA-256 of the text, in hexadecimal, where the client names the document by it.</param>
/// <param name="Known">The document with this text, if it was found when the text was read.</param>
/// <param name="Body">The bytes it came as, when these are all of it and the same bytes are the same request.</param>
internal readonly record struct GraphQLRequest(
    string? Query, string? OperationName, ReadOnlyMemory<byte> Variables, string? Hash = null, Document? Known = null, ReadOnlyMemory<byte> Body = default);

/// <summary>What the way by which a request came can do besides queries.</summary>
[Flags]
internal enum Abilities
{
    /// <summary>Queries alone.</summary>
    None = 0,

    /// <summary>Mutations.</summary>
    Write = 1,

    /// <summary>Subscriptions.</summary>
    Stream = 2,
}

/// <summary>What became of a request.</summary>
/// <param name="Outcome">With the media type it decides the HTTP status.</param>
/// <param name="Subscription">For <see cref="GraphQLOutcome.Subscribed"/>; the caller's to dispose.</param>
internal readonly record struct GraphQLAnswer(GraphQLOutcome Outcome, Subscription? Subscription = null);

/// <summary>What became of a request.</summary>
internal enum GraphQLOutcome
{
    /// <summary>It was executed; the answer has <c>data</c>, and perhaps errors of fields.</summary>
    Executed,

    /// <summary>It was refused before execution; the answer has <c>errors</c> only.</summary>
    Refused,

    /// <summary>It would change something, and came in a way that may only read.</summary>
    RefusedAsWrite,

    /// <summary>It is a subscription, and it was accepted; nothing was written.</summary>
    Subscribed,
}
