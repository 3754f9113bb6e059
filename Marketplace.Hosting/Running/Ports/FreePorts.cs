using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace Marketplace.Hosting.Running.Ports;

/// <summary>Finds loopback ports that nobody uses and keeps them bound until their process is about to start.</summary>
internal static class FreePorts
{
    // Below the range from which Linux (32768+), macOS and Windows (49152+) take the ports of outgoing connections,
    // so that no connection can slip in between giving a port out and the process binding it.
    private const int Lowest = 22000;
    private const int Highest = 32767;
    private const int Attempts = 200;

    /// <summary>Reserves a free port.</summary>
    /// <exception cref="DistributedApplicationException">None of many tried ports was free.</exception>
    public static PortReservation Reserve()
    {
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            var port = RandomNumberGenerator.GetInt32(Lowest, Highest + 1);
            if (PortReservation.TryReserve(port) is { } reservation)
            {
                return reservation;
            }
        }

        throw new DistributedApplicationException($"None of {Attempts} ports tried between {Lowest} and {Highest} is free on this machine.");
    }
}

/// <summary>A port held by a bound socket that does not listen; released by disposing, right before its process starts.</summary>
internal sealed class PortReservation : IDisposable
{
    private readonly List<Socket> _sockets;

    private PortReservation(int port, List<Socket> sockets)
    {
        Port = port;
        _sockets = sockets;
    }

    public int Port { get; }

    /// <summary>Binds the port on every loopback address; null when it is taken on one of them.</summary>
    public static PortReservation? TryReserve(int port)
    {
        var sockets = new List<Socket>(2);
        foreach (var address in Loopback.Addresses)
        {
            var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            sockets.Add(socket);
            try
            {
                if (OperatingSystem.IsWindows())
                {
                    socket.ExclusiveAddressUse = true;
                }

                socket.Bind(new IPEndPoint(address, port));
            }
            catch (SocketException)
            {
                sockets.ForEach(static bound => bound.Dispose());
                return null;
            }
        }

        return new PortReservation(port, sockets);
    }

    public void Dispose() => _sockets.ForEach(static socket => socket.Dispose());
}

/// <summary>The addresses behind "localhost" on this machine.</summary>
internal static class Loopback
{
    /// <summary>IPv4 loopback, and IPv6 loopback where the machine has it.</summary>
    public static IReadOnlyList<IPAddress> Addresses { get; } = HasIPv6() ? [IPAddress.Loopback, IPAddress.IPv6Loopback] : [IPAddress.Loopback];

    private static bool HasIPv6()
    {
        if (!Socket.OSSupportsIPv6)
        {
            return false;
        }

        // The protocol can be compiled in while no interface has an address (containers): only binding tells.
        try
        {
            using var socket = new Socket(AddressFamily.InterNetworkV6, SocketType.Stream, ProtocolType.Tcp);
            socket.Bind(new IPEndPoint(IPAddress.IPv6Loopback, 0));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
