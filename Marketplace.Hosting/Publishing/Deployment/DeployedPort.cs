using System.Net.Sockets;

namespace Marketplace.Hosting.Publishing.Deployment;

/// <summary>A port that a deployed resource listens on.</summary>
/// <param name="Endpoint">The endpoint's name in the model.</param>
/// <param name="Scheme">The scheme of its addresses.</param>
/// <param name="Protocol">TCP or UDP.</param>
/// <param name="Port">The port others use.</param>
/// <param name="TargetPort">The port the process listens on.</param>
/// <param name="IsExternal">Whether it is reached from outside.</param>
internal sealed record DeployedPort(string Endpoint, string Scheme, ProtocolType Protocol, int Port, int TargetPort, bool IsExternal)
{
    public bool IsHttp => Scheme is "http" or "https";
}
