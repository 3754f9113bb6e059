using Microsoft.AspNetCore.Http.HttpResults;

namespace Marketplace.EbaySimulator.Catalog;

/// <summary>What a listing costs from now on.</summary>
internal sealed record PriceSettings(decimal Amount);

/// <summary>Changes prices, as sellers do.</summary>
internal static class PriceEndpoints
{
    public static void MapPrices(this RouteGroupBuilder admin)
    {
        admin.MapPut("/prices/{id}", Change);
        admin.MapDelete("/prices", (Prices prices) => prices.Forget());
    }

    private static Results<NoContent, BadRequest<string>> Change(string id, PriceSettings settings, Prices prices) =>
        prices.Change(id, settings.Amount) is { } problem ? TypedResults.BadRequest(problem) : TypedResults.NoContent();
}
