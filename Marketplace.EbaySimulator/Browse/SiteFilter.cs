using Marketplace.EbaySimulator.Catalog;

namespace Marketplace.EbaySimulator.Browse;

/// <summary>Finds the site a call is for and refuses those eBay does not have.</summary>
internal sealed class SiteFilter : IEndpointFilter
{
    public ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        string? header = context.HttpContext.Request.Headers[EbayMarketplace.Header];
        if (EbayMarketplace.Find(header) is not { } site)
        {
            return ValueTask.FromResult<object?>(EbayErrors.UnknownMarketplace(header!));
        }

        context.HttpContext.Features.Set(site);
        return next(context);
    }
}
