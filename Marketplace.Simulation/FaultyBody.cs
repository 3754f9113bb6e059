using System.IO.Compression;
using Microsoft.AspNetCore.Http;

namespace Marketplace.Simulation;

/// <summary>Bodies that a client must not wait for, or read to their end, for ever.</summary>
internal static class FaultyBody
{
    private const int Block = 64 * 1024;
    private const int BombBlocks = 4096;

    private static readonly Dictionary<string, Func<HttpContext, Task>> Writers = new(StringComparer.Ordinal)
    {
        ["stall"] = StallAsync,
        ["drip"] = DripAsync,
        ["endless"] = EndlessAsync,
        ["cut"] = CutAsync,
        ["gzip-bomb"] = GzipBombAsync,
        ["html"] = http => http.Response.WriteAsync("<html><body>Please come back later.</body></html>", http.RequestAborted),
        ["null"] = http => http.Response.WriteAsync("null", http.RequestAborted),
    };

    /// <summary><c>stall</c>: headers, then silence; <c>drip</c>: a byte a second; <c>endless</c>; <c>cut</c>: ends in the middle; <c>gzip-bomb</c>: 256 MiB, packed; <c>html</c>: a page in place of JSON; <c>null</c>: JSON, and nothing in it.</summary>
    public static IReadOnlyCollection<string> Kinds => Writers.Keys;

    public static async Task WriteAsync(string kind, HttpContext http)
    {
        http.Response.ContentType = "application/json";
        try
        {
            await Writers[kind](http);
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            // The client gave up, as it should.
        }
    }

    private static async Task StallAsync(HttpContext http)
    {
        await http.Response.StartAsync(http.RequestAborted);
        await http.Response.Body.FlushAsync(http.RequestAborted);
        await Task.Delay(Timeout.InfiniteTimeSpan, http.RequestAborted);
    }

    private static async Task DripAsync(HttpContext http)
    {
        while (true)
        {
            await http.Response.Body.WriteAsync(" "u8.ToArray(), http.RequestAborted);
            await http.Response.Body.FlushAsync(http.RequestAborted);
            await Task.Delay(TimeSpan.FromSeconds(1), http.RequestAborted);
        }
    }

    private static async Task EndlessAsync(HttpContext http)
    {
        var blanks = Blanks();
        while (true)
        {
            await http.Response.Body.WriteAsync(blanks, http.RequestAborted);
        }
    }

    private static async Task CutAsync(HttpContext http)
    {
        http.Response.ContentLength = 1_000;
        await http.Response.Body.WriteAsync("{\"title\":\""u8.ToArray(), http.RequestAborted);
        await http.Response.Body.FlushAsync(http.RequestAborted);
        http.Abort();
    }

    // An item that can be read, given the memory.
    private static async Task GzipBombAsync(HttpContext http)
    {
        http.Response.Headers.ContentEncoding = "gzip";
        await using var gzip = new GZipStream(http.Response.Body, CompressionLevel.Fastest);
        var blanks = Blanks();
        for (var block = 0; block < BombBlocks; block++)
        {
            await gzip.WriteAsync(blanks, http.RequestAborted);
        }

        await gzip.WriteAsync("{\"title\":\"Bomb\",\"access_token\":\"bomb\",\"expires_in\":7200}"u8.ToArray(), http.RequestAborted);
    }

    private static byte[] Blanks()
    {
        var blanks = new byte[Block];
        blanks.AsSpan().Fill((byte)' ');
        return blanks;
    }
}
