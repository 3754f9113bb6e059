using Marketplace.EbaySimulator.Browse;

namespace Marketplace.EbaySimulator.Analytics;

/// <summary>Refuses calls beyond the quota.</summary>
internal sealed class QuotaFilter(Quota quota) : IEndpointFilter
{
    public ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next) =>
        quota.Take() ? next(context) : ValueTask.FromResult<object?>(EbayErrors.QuotaSpent());
}
