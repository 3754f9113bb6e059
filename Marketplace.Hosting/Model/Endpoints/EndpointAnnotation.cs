using System.Net.Sockets;

namespace Marketplace.Hosting.ApplicationModel;

/// <summary>
/// An address that a resource listens on. Clients use <see cref="Port"/> (a free one when it is not given); the process listens on
/// <see cref="TargetPort"/>, or on the same port when that is not given and there is one instance only.
/// </summary>
public sealed class EndpointAnnotation : IResourceAnnotation
{
    private readonly TaskCompletionSource<AllocatedEndpoint> _allocated = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private AllocatedEndpoint? _allocatedEndpoint;
    private string? _transport;

    /// <summary>Describes an endpoint; the scheme is the protocol's name unless given, the name is the scheme unless given.</summary>
    public EndpointAnnotation(ProtocolType protocol, string? uriScheme = null, string? transport = null, string? name = null, int? port = null, int? targetPort = null, bool? isExternal = null, bool isProxied = true)
    {
        Protocol = protocol;
        UriScheme = uriScheme ?? protocol.ToString().ToLowerInvariant();
        _transport = transport;
        Name = name ?? UriScheme;
        Port = port;
        TargetPort = targetPort;
        IsExternal = isExternal ?? false;
        IsProxied = isProxied;
    }

    /// <summary>TCP or UDP.</summary>
    public ProtocolType Protocol { get; set; }

    /// <summary>The port that clients use, 1–65535; <see langword="null"/> for a free one.</summary>
    public int? Port { get; set; }

    /// <summary>The port that the process (or container) itself listens on, 1–65535.</summary>
    public int? TargetPort { get; set; }

    /// <summary>The scheme of its addresses, such as <c>http</c>.</summary>
    public string UriScheme { get; set; }

    /// <summary>The host the process binds to.</summary>
    public string TargetHost { get; set; } = "localhost";

    /// <summary>What is spoken on it: <c>http</c>, <c>http2</c> or <c>tcp</c>.</summary>
    public string Transport
    {
        get => _transport ?? (UriScheme is "http" or "https" ? "http" : Protocol.ToString().ToLowerInvariant());
        set => _transport = value;
    }

    /// <summary>The name, unique in its resource.</summary>
    public string Name { get; set; }

    /// <summary>Whether it is reached from outside the system once deployed.</summary>
    public bool IsExternal { get; set; }

    /// <summary>Whether a proxy may stand before the process.</summary>
    public bool IsProxied { get; set; }

    /// <summary>Whether the connection is encrypted.</summary>
    public bool TlsEnabled => UriScheme is "https" or "rediss";

    /// <summary>Where clients reach it, once the application has started; setting it lets everyone proceed who waits for it.</summary>
    public AllocatedEndpoint? AllocatedEndpoint
    {
        get => _allocatedEndpoint;
        set
        {
            _allocatedEndpoint = value;
            if (value is not null)
            {
                _allocated.TrySetResult(value);
            }
        }
    }

    /// <summary>The variable that carries the port the process listens on, in place of <c>ASPNETCORE_URLS</c>.</summary>
    internal string? TargetPortEnvironmentVariable { get; set; }

    /// <summary>Whether it was added only because a deployed web project has both schemes.</summary>
    internal bool IsDefaultHttps { get; set; }

    internal Task<AllocatedEndpoint> WaitForAllocationAsync(CancellationToken cancellationToken) => _allocated.Task.WaitAsync(cancellationToken);
}
