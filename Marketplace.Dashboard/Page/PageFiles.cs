using System.Collections.Frozen;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Net.Http.Headers;

namespace Marketplace.Dashboard.Page;

/// <summary>Serves the page from this assembly. Every path that is no file is a view of the page, so that links into it work.</summary>
internal static class PageFiles
{
    private const string Prefix = "page/";
    private const string Index = "index.html";

    public static void MapPage(this IEndpointRouteBuilder endpoints, string applicationName)
    {
        var assembly = typeof(PageFiles).Assembly;
        var files = assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith(Prefix, StringComparison.Ordinal))
            .ToFrozenDictionary(name => name[Prefix.Length..], name => new Lazy<PageFile>(() => PageFile.Load(assembly, name)), StringComparer.Ordinal);
        var index = new Lazy<PageFile>(() => files[Index].Value.WithTitle(applicationName));
        var policy = new Lazy<string>(() => ContentSecurityPolicy(index.Value));

        endpoints.MapFallback("{**path}", async (HttpContext context) =>
        {
            var path = context.Request.Path.Value!.TrimStart('/');
            var isFile = files.TryGetValue(path, out var found) && path != Index;
            if (!isFile && (path.StartsWith("api/", StringComparison.Ordinal) || Path.HasExtension(path)))
            {
                context.Response.StatusCode = StatusCodes.Status404NotFound;
                return;
            }

            var file = isFile ? found!.Value : index.Value;
            var headers = context.Response.Headers;
            headers.ETag = file.Tag;
            // Asked again each time, but sent only when it changed.
            headers.CacheControl = "no-cache";
            headers.ContentSecurityPolicy = policy.Value;
            headers["Referrer-Policy"] = "no-referrer";
            if (context.Request.Headers.IfNoneMatch == file.Tag)
            {
                context.Response.StatusCode = StatusCodes.Status304NotModified;
                return;
            }

            context.Response.ContentType = file.ContentType;
            context.Response.ContentLength = file.Bytes.Length;
            await context.Response.Body.WriteAsync(file.Bytes, context.RequestAborted);
        });
    }

    // The import map is the only inline script; its hash lets it through and nothing else. Colours of console lines come as style attributes.
    private static string ContentSecurityPolicy(PageFile index)
    {
        const string Open = "<script type=\"importmap\">";
        var html = Encoding.UTF8.GetString(index.Bytes);
        var start = html.IndexOf(Open, StringComparison.Ordinal) + Open.Length;
        var map = html[start..html.IndexOf("</script>", start, StringComparison.Ordinal)];
        var hash = Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(map)));
        return $"default-src 'none'; script-src 'self' 'sha256-{hash}'; style-src 'self'; style-src-attr 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'";
    }

    private sealed record PageFile(byte[] Bytes, string ContentType, string Tag)
    {
        public static PageFile Load(System.Reflection.Assembly assembly, string name)
        {
            using var stream = assembly.GetManifestResourceStream(name)!;
            var bytes = new byte[stream.Length];
            stream.ReadExactly(bytes);
            return Create(bytes, Path.GetExtension(name) switch
            {
                ".html" => "text/html; charset=utf-8",
                ".css" => "text/css; charset=utf-8",
                ".svg" => "image/svg+xml",
                ".md" => "text/plain; charset=utf-8",
                _ => "text/javascript; charset=utf-8",
            });
        }

        public PageFile WithTitle(string title) => Create(
            Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(Bytes).Replace("<title>Dashboard</title>", $"<title>{System.Net.WebUtility.HtmlEncode(title)}</title>", StringComparison.Ordinal)),
            ContentType);

        private static PageFile Create(byte[] bytes, string contentType) =>
            new(bytes, contentType, new EntityTagHeaderValue($"\"{Convert.ToHexStringLower(SHA256.HashData(bytes))[..16]}\"").ToString());
    }
}
