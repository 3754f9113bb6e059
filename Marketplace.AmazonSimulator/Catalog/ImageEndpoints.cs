using Marketplace.Simulation;

namespace Marketplace.AmazonSimulator.Catalog;

/// <summary>Drawings in place of the products' photographs.</summary>
internal static class ImageEndpoints
{
    public static void MapImages(this WebApplication app) => app.MapGet(
        "/images/{asin:length(10)}/{number:int:range(1,24)}.jpg",
        (HttpContext http, string asin, int number) => Drawing.Draw(http, Asin.Seed(asin) + number));
}
