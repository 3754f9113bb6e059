using GraphQL;
using Marketplace.Gateway.Schema;

namespace Marketplace.Gateway.Execution;

/// <summary>The result of subscribing.</summary>
/// <param name="filter">What is asked for; <c>null</c> when there are errors.</param>
internal sealed class SubscribedResult(ProductFilter? filter) : ExecutionResult
{
    public ProductFilter? Filter => filter;
}
