using Marketplace.Gateway.Subscriptions;

namespace Marketplace.Gateway.Execution;

/// <summary>The outcome of a request.</summary>
/// <param name="Outcome">With the media type it decides the HTTP status.</param>
/// <param name="Subscription">For <see cref="GraphQLOutcome.Subscribed"/>; the caller's to dispose.</param>
internal readonly record struct GraphQLResult(GraphQLOutcome Outcome, Subscription? Subscription = null);
