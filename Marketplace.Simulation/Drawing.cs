using System.Globalization;
using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Marketplace.Simulation;

/// <summary>A drawing in place of a product's photograph, so that pages made from the answers show something.</summary>
internal static class Drawing
{
    public static ContentHttpResult Draw(HttpContext http, long seed, string name)
    {
        http.Response.Headers.CacheControl = "public, max-age=86400, immutable";
        var facets = new Facets(seed);
        var title = WebUtility.HtmlEncode(name);
        var hue = facets.Between("hue", 0, 359);
        return TypedResults.Text(
            string.Create(CultureInfo.InvariantCulture, $"""
            <svg xmlns="http://www.w3.org/2000/svg" width="800" height="800" viewBox="0 0 800 800" role="img" aria-label="{title}">
              <rect width="800" height="800" fill="hsl({hue} 40% 92%)"/>
              <circle cx="{facets.Between("x", 250, 550)}" cy="{facets.Between("y", 220, 480)}" r="{facets.Between("r", 120, 220)}" fill="hsl({(hue + 30) % 360} 55% 62%)"/>
              <rect x="{facets.Between("left", 80, 360)}" y="{facets.Between("top", 160, 420)}" width="280" height="220" rx="32" fill="hsl({(hue + 200) % 360} 45% 48%)" fill-opacity="0.85"/>
              <text x="400" y="730" font-family="sans-serif" font-size="28" text-anchor="middle" fill="#333" textLength="700" lengthAdjust="spacingAndGlyphs">{title}</text>
            </svg>
            """),
            "image/svg+xml");
    }
}
