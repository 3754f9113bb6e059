using GraphQL;
using GraphQL.Resolvers;
using Marketplace.Contracts;
using Marketplace.Gateway.Errors;

namespace Marketplace.Gateway.Schema;

/// <summary>Resolves the subscription's field to the product of the event that is being executed.</summary>
/// <param name="limit">How many ids may be named.</param>
internal sealed class ProductPersistedResolver(int limit) : IFieldResolver, ISourceStreamResolver
{
    public ValueTask<object?> ResolveAsync(IResolveFieldContext context) => new(context.Source);

    /// <summary>The library requires one for every subscription; its streams have no bound, so <see cref="Execution.SubscriptionExecution"/> does not use it.</summary>
    ValueTask<IObservable<object?>> ISourceStreamResolver.ResolveAsync(IResolveFieldContext context) => throw new NotSupportedException();

    /// <summary>What the arguments ask for.</summary>
    /// <exception cref="GatewayError">There are too many ids, or one that is not of the allowed form.</exception>
    public ProductFilter Filter(IResolveFieldContext context)
    {
        var ids = ProductsByIdResolver.Ids(context, limit);
        var invalid = Array.FindIndex(ids ?? [], id => !ProductId.IsValid(id));
        return invalid < 0
            ? new((string)context.Arguments![ProductByIdResolver.MarketplaceArgument].Value!, ids)
            : throw GatewayError.BadInput($"{ProductsByIdResolver.IdsArgument}[{invalid}]", ProductId.Rule);
    }
}
