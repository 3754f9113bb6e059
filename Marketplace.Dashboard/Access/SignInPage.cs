using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Http;

namespace Marketplace.Dashboard.Access;

/// <summary>What a browser without cookie sees. It says nothing about the application.</summary>
internal static class SignInPage
{
    public static Task WriteAsync(HttpResponse response, string? problem)
    {
        response.ContentType = "text/html; charset=utf-8";
        response.Headers.CacheControl = "no-store";
        response.Headers.ContentSecurityPolicy = "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'";
        var message = problem is null ? "" : $"<p role=\"alert\">{HtmlEncoder.Default.Encode(problem)}</p>";
        return response.WriteAsync($$"""
            <!doctype html>
            <html lang="en">
            <meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>Sign in</title>
            <style>
              :root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif }
              body { margin: 15vh auto; max-width: 26rem; padding: 0 1rem }
              input, button { font: inherit; padding: .5rem .75rem; box-sizing: border-box; width: 100%; margin-top: .5rem }
            </style>
            <main>
              <h1>Sign in</h1>
              <p>Open the link that the application printed when it started, or enter its token.</p>
              {{message}}
              <form method="post" action="/login"><label>Token <input name="token" type="password" autocomplete="off" required autofocus></label><button>Sign in</button></form>
            </main>
            </html>
            """);
    }
}
