using System.Net;
using System.Net.Sockets;

namespace Marketplace.Hosting.Running;

/// <summary>
/// A port of the loopback address that nothing listens on at the moment, and that this process has not been given lately. It is below those
/// that systems take for outgoing connections, of which one could else have it before its listener has.
/// </summary>
internal static class FreePort
{
    private const int First = 20_000;
    private const int Count = 12_000;

    private static int _next = Random.Shared.Next(Count);

    /// <exception cref="InvalidOperationException">None is free.</exception>
    public static int Find()
    {
        for (var tries = 0; tries < Count; tries++)
        {
            var port = First + (int)((uint)Interlocked.Increment(ref _next) % Count);
            try
            {
                using var listener = new TcpListener(IPAddress.Loopback, port);
                listener.Start();
                return port;
            }
            catch (SocketException)
            {
                // Taken.
            }
        }

        throw new InvalidOperationException($"None of the ports from {First} to {First + Count - 1} is free.");
    }
}
