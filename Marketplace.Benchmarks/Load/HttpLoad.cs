using System.Buffers.Text;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Marketplace.Benchmarks.Load;

/// <summary>
/// Posts over many connections, one request at a time on each. Written on sockets, as every cycle the caller takes
/// is missing to the server that shares its cores; each answer is compared with the expected ones all the same.
/// </summary>
internal sealed class HttpLoad
{
    private readonly IPEndPoint _server;
    private readonly byte[][] _requests;
    private readonly IReadOnlyList<byte[]>[] _expected;

    /// <param name="address">Where to post.</param>
    /// <param name="bodies">The bodies, sent in turn.</param>
    /// <param name="expected">For each body the answers that are right.</param>
    public HttpLoad(Uri address, IEnumerable<string> bodies, IEnumerable<IReadOnlyList<byte[]>> expected)
    {
        _server = new IPEndPoint(IPAddress.Loopback, address.Port);
        _requests = [.. bodies.Select(body => Encoding.UTF8.GetBytes(
            $"POST {address.AbsolutePath} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nAccept: application/json\r\nContent-Length: {Encoding.UTF8.GetByteCount(body)}\r\n\r\n{body}"))];
        _expected = [.. expected];
    }

    /// <summary>Posts over so many connections until the time is over.</summary>
    public async Task<Measurement> RunAsync(int connections, TimeSpan duration)
    {
        var start = Stopwatch.GetTimestamp();
        var callers = await Task.WhenAll(Enumerable.Range(0, connections).Select(number => Task.Run(() => CallAsync(number, start, duration))));
        return new Measurement(callers.SelectMany(caller => caller.Times), callers.Sum(caller => caller.Wrong), Stopwatch.GetElapsedTime(start));
    }

    private async Task<(List<long> Times, long Wrong)> CallAsync(int number, long start, TimeSpan duration)
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(_server);
        var times = new List<long>(100_000);
        var buffer = new byte[64 * 1024];
        var wrong = 0L;
        for (var i = number * 7; Stopwatch.GetElapsedTime(start) < duration; i++)
        {
            var which = i % _requests.Length;
            var sent = Stopwatch.GetTimestamp();
            await socket.SendAsync(_requests[which]);
            var (from, length) = await ReceiveAsync(socket, buffer);
            times.Add(Stopwatch.GetTimestamp() - sent);
            if (!IsExpected(buffer.AsSpan(from, length), which))
            {
                wrong++;
            }
        }

        return (times, wrong);
    }

    private bool IsExpected(ReadOnlySpan<byte> answer, int which)
    {
        foreach (var expected in _expected[which])
        {
            if (answer.SequenceEqual(expected))
            {
                return true;
            }
        }

        return false;
    }

    // The servers measured here all say how long their answer is.
    private static async ValueTask<(int From, int Length)> ReceiveAsync(Socket socket, byte[] buffer)
    {
        var (filled, from, length) = (0, -1, 0);
        while (from < 0 || filled < from + length)
        {
            var received = await socket.ReceiveAsync(buffer.AsMemory(filled));
            if (received == 0)
            {
                throw new InvalidOperationException("The server has closed the connection.");
            }

            filled += received;
            if (from < 0 && buffer.AsSpan(0, filled).IndexOf("\r\n\r\n"u8) is >= 0 and var end)
            {
                from = end + 4;
                length = ContentLength(buffer.AsSpan(0, end));
            }
        }

        return (from, length);
    }

    private static int ContentLength(ReadOnlySpan<byte> head)
    {
        var at = head.IndexOf("Content-Length: "u8);
        return at >= 0 && Utf8Parser.TryParse(head[(at + 16)..], out int length, out _)
            ? length
            : throw new InvalidOperationException($"An answer without a length: {Encoding.UTF8.GetString(head)}");
    }
}
