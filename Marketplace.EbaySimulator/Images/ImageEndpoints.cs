using Marketplace.Simulation;

namespace Marketplace.EbaySimulator.Images;

/// <summary>Drawings in place of the listings' photographs.</summary>
internal static class ImageEndpoints
{
    public static void MapImages(this WebApplication app) => app.MapGet(
        "/images/{legacy:long:min(1)}/{number:int:range(1,24)}.jpg",
        (HttpContext http, long legacy, int number) => Drawing.Draw(http, legacy + (number * 7919)));
}
