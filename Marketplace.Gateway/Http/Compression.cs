using System.Buffers;
using System.IO.Compression;
using Marketplace.Gateway.Execution;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace Marketplace.Gateway.Http;

/// <summary>Compresses large responses. None of them has both a secret and input of a stranger (BREACH).</summary>
internal static class Compression
{
    /// <summary>In bytes; smaller responses fit into a packet or two as they are.</summary>
    public const int From = 2 * 1024;

    private const int BrotliQuality = 4;
    private const int BrotliWindow = 18;

    /// <summary>The encoding to use, by the header <c>Accept-Encoding</c> (RFC 9110 12.5.3); <c>null</c> for none.</summary>
    public static string? Choose(StringValues acceptEncoding)
    {
        if (StringValues.IsNullOrEmpty(acceptEncoding) || !StringWithQualityHeaderValue.TryParseList(acceptEncoding, out var codings))
        {
            return null;
        }

        var brotli = Quality(codings, "br");
        var gzip = Quality(codings, "gzip");
        return brotli > 0 && brotli >= gzip ? "br" : gzip > 0 ? "gzip" : null;
    }

    /// <summary>Compresses with a chosen encoding.</summary>
    public static void Compress(string encoding, ReadOnlyMemory<byte> response, PooledBuffer output)
    {
        if (encoding == "br")
        {
            BrotliEncoder.TryCompress(response.Span, output.GetSpan(BrotliEncoder.GetMaxCompressedLength(response.Length)), out var written, BrotliQuality, BrotliWindow);
            output.Advance(written);
            return;
        }

        var compressed = new MemoryStream();
        using (var gzip = new GZipStream(compressed, CompressionLevel.Fastest, leaveOpen: true))
        {
            gzip.Write(response.Span);
        }

        output.Write(compressed.GetBuffer().AsSpan(0, (int)compressed.Length));
    }

    private static double Quality(IList<StringWithQualityHeaderValue> codings, string name)
    {
        double? any = null;
        foreach (var coding in codings)
        {
            if (coding.Value.Equals(name, StringComparison.OrdinalIgnoreCase))
            {
                return coding.Quality ?? 1;
            }

            if (coding.Value == "*")
            {
                any = coding.Quality ?? 1;
            }
        }

        return any ?? 0;
    }
}
