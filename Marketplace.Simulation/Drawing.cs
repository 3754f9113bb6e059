using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using SkiaSharp;

namespace Marketplace.Simulation;

/// <summary>A drawing in place of a product's photograph, of a photograph's size and format: a page's work with images is that of the marketplaces' own.</summary>
internal static class Drawing
{
    /// <summary>In pixels, as Amazon's large images and eBay's <c>s-l500</c>.</summary>
    public const int Side = 500;

    private const int Quality = 80;

    public static FileContentHttpResult Draw(HttpContext http, long seed)
    {
        http.Response.Headers.CacheControl = "public, max-age=86400, immutable";
        var facets = new Facets(seed);
        var hue = facets.Between("hue", 0, 359);
        using var bitmap = new SKBitmap(Side, Side);
        using var canvas = new SKCanvas(bitmap);
        using var paint = new SKPaint { IsAntialias = true };
        canvas.Clear(SKColor.FromHsl(hue, 40, 92));
        paint.Color = SKColor.FromHsl((hue + 30) % 360, 55, 62);
        canvas.DrawCircle(facets.Between("x", 160, 340), facets.Between("y", 140, 300), facets.Between("r", 75, 140), paint);
        paint.Color = SKColor.FromHsl((hue + 200) % 360, 45, 48, 217);
        canvas.DrawRoundRect(facets.Between("left", 50, 225), facets.Between("top", 100, 265), 175, 140, 20, 20, paint);
        using var image = bitmap.Encode(SKEncodedImageFormat.Jpeg, Quality);
        return TypedResults.File(image.ToArray(), "image/jpeg");
    }
}
