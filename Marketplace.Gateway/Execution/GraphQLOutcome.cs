namespace Marketplace.Gateway.Execution;

/// <summary>The outcome of a request.</summary>
internal enum GraphQLOutcome
{
    /// <summary>It was executed; the response has <c>data</c>, and perhaps errors of fields.</summary>
    Executed,

    /// <summary>It was refused before execution; the response has <c>errors</c> only.</summary>
    Refused,

    /// <summary>It is a mutation, and came by a transport that may only read.</summary>
    RefusedAsMutation,

    /// <summary>It is a subscription, and it was accepted; nothing was written.</summary>
    Subscribed,
}
