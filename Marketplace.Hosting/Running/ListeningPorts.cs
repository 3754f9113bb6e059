using System.Net.NetworkInformation;

namespace Marketplace.Hosting.Running;

/// <summary>Ports of this machine on which somebody listens.</summary>
internal static class ListeningPorts
{
    public static bool Contains(int port) =>
        IPGlobalProperties.GetIPGlobalProperties().GetActiveTcpListeners().Any(listener => listener.Port == port);
}
