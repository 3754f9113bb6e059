using System.Collections;
using GraphQL;
using GraphQL.Resolvers;
using Marketplace.Messaging.Contracts;

namespace Marketplace.Gateway.Schema;

/// <summary>Resolves the subscription's field to the product of the event that is being executed.</summary>
/// <param name="limit">How many ids may be named.</param>
internal sealed class ProductPersistedResolver(int limit) : IFieldResolver, ISourceStreamResolver
{
    public ValueTask<object?> ResolveAsync(IResolveFieldContext context) => new(context.Source);

    /// <summary>The library wants one for every subscription; its streams have no bound, so <see cref="Execution.SubscriptionExecution"/> does without.</summary>
    ValueTask<IObservable<object?>> ISourceStreamResolver.ResolveAsync(IResolveFieldContext context) => throw new NotSupportedException();

    /// <summary>What the arguments ask for.</summary>
    /// <exception cref="Errors.GatewayError">There are too many ids, or one of another form than allowed.</exception>
    public ProductFilter Filter(IResolveFieldContext context)
    {
        var marketplace = (string)context.Arguments![ProductByIdResolver.MarketplaceArgument].Value!;
        if (context.Arguments[ProductsByIdResolver.IdsArgument].Value is not IEnumerable named)
        {
            return new(marketplace, null);
        }

        var ids = named.Cast<object>().Select(ProductByIdResolver.Text).ToArray();
        if (ids.Length > limit)
        {
            throw ProductErrors.TooMany(ProductsByIdResolver.IdsArgument, limit);
        }

        var wrong = Array.FindIndex(ids, id => !ProductId.IsValid(id));
        return wrong < 0 ? new(marketplace, ids) : throw Errors.GatewayError.BadInput($"{ProductsByIdResolver.IdsArgument}[{wrong}]", ProductId.Rule);
    }
}

/// <summary>Which products a subscription is about.</summary>
/// <param name="Marketplace">Where they are sold.</param>
/// <param name="Ids">Their ids; <c>null</c> for all of the marketplace.</param>
internal sealed record ProductFilter(string Marketplace, IReadOnlyCollection<string>? Ids);
