using System.IO.Compression;
using System.Security.Cryptography;

namespace Marketplace.Storefront;

/// <summary>A file of the built app, with what its build has compressed.</summary>
/// <param name="ContentType">Its media type.</param>
/// <param name="CacheControl">How long browsers and proxies may keep it.</param>
/// <param name="Tag">Changes with its content.</param>
/// <param name="Plain">Its content.</param>
/// <param name="Brotli">Its content, compressed with brotli; null where it was not worth it.</param>
/// <param name="Gzip">The same with gzip.</param>
internal sealed record BuiltFile(string ContentType, string CacheControl, string Tag, byte[] Plain, byte[]? Brotli, byte[]? Gzip)
{
    /// <summary>A file that the build has not compressed as it is sent.</summary>
    public static BuiltFile Compress(string contentType, string cacheControl, byte[] content) =>
        new(contentType, cacheControl, TagOf(content), content, With(stream => new BrotliStream(stream, CompressionLevel.SmallestSize), content), With(stream => new GZipStream(stream, CompressionLevel.SmallestSize), content));

    /// <summary>The tag of a content.</summary>
    public static string TagOf(byte[] content) => $"\"{Convert.ToHexString(SHA256.HashData(content).AsSpan(0, 8))}\"";

    /// <summary>The content in the first of brotli and gzip that the client takes (RFC 9110 12.5.3), else as it is.</summary>
    public (byte[] Content, string? Encoding) For(HttpRequest request)
    {
        var accepted = request.GetTypedHeaders().AcceptEncoding;
        return Takes("br") && Brotli is not null ? (Brotli, "br")
            : Takes("gzip") && Gzip is not null ? (Gzip, "gzip")
            : (Plain, null);

        bool Takes(string coding) => accepted.Any(value => value.Value.Equals(coding, StringComparison.OrdinalIgnoreCase) && value.Quality is not 0);
    }

    private static byte[] With(Func<Stream, Stream> compress, byte[] content)
    {
        using var compressed = new MemoryStream();
        using (var stream = compress(compressed))
        {
            stream.Write(content);
        }

        return compressed.ToArray();
    }
}
