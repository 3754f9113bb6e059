using System.Net;
using Microsoft.Extensions.Configuration;

namespace Microsoft.Extensions.Hosting;

/// <summary>
/// The proxy of the environment (<c>HTTPS_PROXY</c> and its kin), for what is outside of the system alone: not for this machine, a host
/// without a domain, such as a Service of Kubernetes, or what the configuration names as another service or as a receiver of telemetry.
/// </summary>
internal sealed class OutsideProxy(IWebProxy proxy, IConfiguration configuration) : IWebProxy
{
    private static readonly IWebProxy OfEnvironment = HttpClient.DefaultProxy;

    private readonly HashSet<string> _inside = configuration.AsEnumerable()
        .Where(setting => setting.Key.StartsWith("services:", StringComparison.OrdinalIgnoreCase) || setting.Key.StartsWith("OTEL_EXPORTER_OTLP_", StringComparison.OrdinalIgnoreCase) || setting.Key == TelemetryExtensions.SecondReceiver)
        .Select(setting => Uri.TryCreate(setting.Value, UriKind.Absolute, out var address) ? address.Host : "")
        .ToHashSet(StringComparer.OrdinalIgnoreCase);

    public ICredentials? Credentials
    {
        get => proxy.Credentials;
        set => proxy.Credentials = value;
    }

    /// <summary>Makes it the proxy of every client in this process that has none of its own: also of gRPC and of the exporters of telemetry.</summary>
    public static void UseFor(IConfiguration configuration) => HttpClient.DefaultProxy = new OutsideProxy(OfEnvironment, configuration);

    public Uri? GetProxy(Uri destination) => IsBypassed(destination) ? null : proxy.GetProxy(destination);

    public bool IsBypassed(Uri host) =>
        host.IsLoopback || !(host.Host.Contains('.', StringComparison.Ordinal) || host.HostNameType is UriHostNameType.IPv6) || _inside.Contains(host.Host) || proxy.IsBypassed(host);
}
