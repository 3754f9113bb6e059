using System.Collections.Frozen;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Marketplace.Storefront.SignIn;
using Microsoft.AspNetCore.StaticFiles;
using Microsoft.Extensions.Options;

namespace Marketplace.Storefront;

/// <summary>The built app, kept in memory: it is less than a megabyte.</summary>
internal sealed partial class BuiltApp
{
    public const string Index = "index.html";

    private const string Hashed = "assets/"; // Vite puts a hash of the content into these files' names
    private const string Forever = "public, max-age=31536000, immutable";
    private const string AskEachTime = "no-cache";
    private const string AnHour = "public, max-age=3600";

    private readonly FrozenDictionary<string, BuiltFile> _files;
    private readonly string _contentSecurityPolicy;

    public BuiltApp(IOptions<StorefrontOptions> options, IOptions<SignInOptions> signIn)
    {
        _files = Load(options.Value.Folder, Marks(options.Value, signIn.Value));
        _contentSecurityPolicy = string.Join("; ",
            "default-src 'none'",
            "script-src 'self'",
            $"style-src 'self'{string.Concat(HashesOfStyles(_files[Index]).Select(hash => $" '{hash}'"))}",
            $"img-src 'self' https:{string.Concat(options.Value.ImageOrigins.Select(origin => $" {origin}"))}",
            "connect-src 'self'",
            "base-uri 'none'",
            "form-action 'self'",
            "frame-ancestors 'none'");
    }

    /// <summary>Writes the file asked for; for the address of a view, the app that shows it.</summary>
    public Task WriteAsync(HttpContext context)
    {
        var path = context.Request.RouteValues["path"] as string ?? "";
        var isView = path.Length == 0 || (!path.StartsWith(Hashed, StringComparison.Ordinal) && !_files.ContainsKey(path));
        if (!_files.TryGetValue(isView ? Index : path, out var file))
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return Task.CompletedTask;
        }

        var headers = context.Response.Headers;
        headers.ContentSecurityPolicy = _contentSecurityPolicy;
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "same-origin";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=(), payment=()";
        headers.CacheControl = file.CacheControl;
        headers.ETag = file.Tag;
        headers.Vary = "Accept-Encoding";
        if (context.Request.Headers.IfNoneMatch == file.Tag)
        {
            context.Response.StatusCode = StatusCodes.Status304NotModified;
            return Task.CompletedTask;
        }

        var (content, encoding) = file.For(context.Request);
        headers.ContentEncoding = encoding;
        context.Response.ContentType = file.ContentType;
        context.Response.ContentLength = content.Length;
        return HttpMethods.IsHead(context.Request.Method) ? Task.CompletedTask : context.Response.Body.WriteAsync(content, context.RequestAborted).AsTask();
    }

    // The styles that the build has written into the page (W3C Content Security Policy 3, 2.3.1).
    private static IEnumerable<string> HashesOfStyles(BuiltFile page) =>
        Style().Matches(Encoding.UTF8.GetString(page.Plain)).Select(style => $"sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(style.Groups[1].Value)))}");

    [GeneratedRegex("<style>(.*?)</style>", RegexOptions.Singleline)]
    private static partial Regex Style();

    // What the app would else have to ask for before it shows anything: whether there is a sign-in, and whether spans are wanted.
    private static string Marks(StorefrontOptions storefront, SignInOptions signIn) =>
        (signIn.UsesDevelopmentKey ? """<meta name="sign-in" content="development">""" : signIn.IsOn ? """<meta name="sign-in" content="provider">""" : "")
        + (storefront.Traces is null ? "" : """<meta name="traces" content="on">""");

    private static FrozenDictionary<string, BuiltFile> Load(string folder, string marks)
    {
        var types = new FileExtensionContentTypeProvider();
        return Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)
            .Where(file => Path.GetExtension(file) is not (".br" or ".gz"))
            .ToFrozenDictionary(file => Path.GetRelativePath(folder, file).Replace('\\', '/'), Read, StringComparer.Ordinal);

        BuiltFile Read(string file)
        {
            var content = File.ReadAllBytes(file);
            var name = Path.GetRelativePath(folder, file).Replace('\\', '/');
            if (name == Index && marks.Length > 0)
            {
                return BuiltFile.Compress("text/html; charset=utf-8", AskEachTime, Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(content).Replace("</head>", $"{marks}</head>", StringComparison.Ordinal)));
            }

            var type = types.TryGetContentType(file, out var known) ? known : "application/octet-stream";
            return new BuiltFile(
                type.StartsWith("text/", StringComparison.Ordinal) ? $"{type}; charset=utf-8" : type,
                name.StartsWith(Hashed, StringComparison.Ordinal) ? Forever : name == Index ? AskEachTime : AnHour,
                BuiltFile.TagOf(content),
                content,
                Compressed(".br"),
                Compressed(".gz"));

            byte[]? Compressed(string extension) => File.Exists(file + extension) ? File.ReadAllBytes(file + extension) : null;
        }
    }
}
