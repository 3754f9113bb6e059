using System.Collections.Frozen;
using System.Security.Cryptography;
using Microsoft.AspNetCore.StaticFiles;

namespace Marketplace.Gateway.Ide;

/// <summary>The page in the browser from which the schema is explored and queries are tried; its few files are part of the assembly.</summary>
internal static class IdePage
{
    public const string Folder = "/graphql/ide";

    private const string Index = "index.html";

    // Nothing but the page's own files, and nobody may frame it.
    private const string ContentSecurityPolicy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private static readonly FrozenDictionary<string, PageFile> Files = Load();

    public static Task WriteAsync(HttpContext context) => WriteAsync(context, Files[Index]);

    public static Task WriteFileAsync(HttpContext context)
    {
        if (Files.TryGetValue((string)context.Request.RouteValues["file"]!, out var file))
        {
            return WriteAsync(context, file);
        }

        context.Response.StatusCode = StatusCodes.Status404NotFound;
        return Task.CompletedTask;
    }

    private static Task WriteAsync(HttpContext context, PageFile file)
    {
        var headers = context.Response.Headers;
        headers.ContentSecurityPolicy = ContentSecurityPolicy;
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers.CacheControl = "no-cache";
        headers.Vary = "Accept";
        headers.ETag = file.Tag;
        if (context.Request.Headers.IfNoneMatch == file.Tag)
        {
            context.Response.StatusCode = StatusCodes.Status304NotModified;
            return Task.CompletedTask;
        }

        context.Response.ContentType = file.ContentType;
        context.Response.ContentLength = file.Content.Length;
        return context.Response.Body.WriteAsync(file.Content, context.RequestAborted).AsTask();
    }

    private static FrozenDictionary<string, PageFile> Load()
    {
        var types = new FileExtensionContentTypeProvider();
        var assembly = typeof(IdePage).Assembly;
        var files = new Dictionary<string, PageFile>();
        foreach (var name in new[] { Index, "ide.css", "ide.js", "icon.svg" })
        {
            using var stream = assembly.GetManifestResourceStream($"Ide/{name}")!;
            var content = new byte[stream.Length];
            stream.ReadExactly(content);
            files[name] = new(content, $"{types.Mappings[Path.GetExtension(name)]}; charset=utf-8", $"\"{Convert.ToHexString(SHA256.HashData(content).AsSpan(0, 8))}\"");
        }

        return files.ToFrozenDictionary();
    }

    private sealed record PageFile(byte[] Content, string ContentType, string Tag);
}
