using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Marketplace.Hosting.ApplicationModel;
using Marketplace.Hosting.Running.Launchers;
using Marketplace.Hosting.Running.Ports;

namespace Marketplace.Hosting.Running.Orchestration;

/// <summary>Which instances run and on which ports, decided before anything starts.</summary>
internal sealed class ExecutionPlan : IDisposable
{
    private readonly List<PlannedInstance> _instances = [];
    private readonly List<PlannedProxy> _proxies = [];
    private readonly List<string> _taken = [];
    private readonly List<string> _clashes = [];
    private readonly Dictionary<int, string> _fixedPorts = [];
    private readonly bool _useFreePorts;

    private ExecutionPlan(bool useFreePorts) => _useFreePorts = useFreePorts;

    public IReadOnlyList<PlannedInstance> Instances => _instances;

    /// <summary>Endpoints whose port is not the one a process listens on: with replicas, or where the model tells them apart.</summary>
    public IReadOnlyList<PlannedProxy> Proxies => _proxies;

    /// <summary>Every fixed port that cannot be had, each naming the resource and who has the port.</summary>
    public IReadOnlyList<string> Errors => [.. _clashes, .. _taken];

    /// <summary>Those of <see cref="Errors"/> that are due to other programs.</summary>
    public IReadOnlyList<string> TakenPorts => _taken;

    /// <summary>Allocates the endpoints of every resource and reserves their ports.</summary>
    /// <param name="model">The resources.</param>
    /// <param name="useFreePorts">Whether fixed ports of the model are replaced by free ones.</param>
    /// <param name="otherPorts">Further fixed ports that this run needs, with the name of who needs them.</param>
    public static ExecutionPlan Create(IEnumerable<IResource> model, bool useFreePorts, IEnumerable<(string Name, int Port)> otherPorts)
    {
        var plan = new ExecutionPlan(useFreePorts);
        foreach (var (name, port) in otherPorts)
        {
            plan.ReserveFixed(name, port)?.Dispose();
        }

        foreach (var resource in model)
        {
            plan.Add(resource);
        }

        return plan;
    }

    public void Dispose()
    {
        foreach (var reservation in _instances.SelectMany(instance => instance.Reservations).Concat(_proxies.Select(proxy => proxy.Reservation)))
        {
            reservation.Dispose();
        }
    }

    private void Add(IResource resource)
    {
        var replicas = Math.Max(1, resource.Annotations.OfType<ReplicaAnnotation>().LastOrDefault()?.Replicas ?? 1);
        var endpoints = resource.Annotations.OfType<EndpointAnnotation>().Where(endpoint => endpoint.Protocol == ProtocolType.Tcp && IsValid(endpoint)).ToArray();
        var instances = Enumerable.Range(1, replicas)
            .Select(number => new PlannedInstance(
                resource, replicas == 1 ? resource.Name : string.Create(CultureInfo.InvariantCulture, $"{resource.Name}-{number}")))
            .ToArray();
        foreach (var endpoint in endpoints)
        {
            Allocate(resource, endpoint, instances);
        }

        _instances.AddRange(instances);
    }

    /// <summary>Ports out of range are for the model's validation to tell.</summary>
    private static bool IsValid(EndpointAnnotation endpoint) => new[] { endpoint.Port, endpoint.TargetPort }.All(port => port is null or (>= 1 and <= IPEndPoint.MaxPort));

    private void Allocate(IResource resource, EndpointAnnotation endpoint, PlannedInstance[] instances)
    {
        // A native server has no container between its own port and the one that clients use.
        var targetPort = resource.IsNativeServer() ? null : endpoint.TargetPort;
        var who = $"{resource.Name}: its endpoint '{endpoint.Name}'";
        var wanted = endpoint.Port ?? (endpoint.IsProxied ? null : targetPort);
        if ((wanted is { } fixedPort && !_useFreePorts ? ReserveFixed(who, fixedPort) : FreePorts.Reserve()) is not { } reservation)
        {
            return;
        }

        endpoint.AllocatedEndpoint = new AllocatedEndpoint(endpoint, "localhost", reservation.Port);
        if (instances is [var only] && (targetPort is null || targetPort == reservation.Port || ContainerEngine.MapsPorts(resource)))
        {
            only.Listen(endpoint.Name, targetPort ?? reservation.Port, reservation);
            return;
        }

        // Several processes cannot listen on one port, nor one process on another port than its own.
        foreach (var instance in instances)
        {
            var own = targetPort is { } port ? ReserveFixed($"{who} (its target port)", port) : FreePorts.Reserve();
            if (own is not null)
            {
                instance.Listen(endpoint.Name, own.Port, own);
            }
        }

        _proxies.Add(new PlannedProxy(resource, reservation, [.. instances.Where(instance => instance.Ports.ContainsKey(endpoint.Name)).Select(instance => instance.Ports[endpoint.Name])]));
    }

    private PortReservation? ReserveFixed(string who, int port)
    {
        if (_fixedPorts.TryGetValue(port, out var other))
        {
            _clashes.Add(string.Create(CultureInfo.InvariantCulture, $"{who} needs port {port}, which is given already ({other}); choose another."));
            return null;
        }

        _fixedPorts[port] = who;
        if (PortReservation.TryReserve(port) is { } reservation)
        {
            return reservation;
        }

        var owner = PortOwner.Find(port)?.ToString() ?? "another program";
        _taken.Add(string.Create(
            CultureInfo.InvariantCulture,
            $"{who} needs port {port}, on which {owner} listens. End that one, or run with --isolated to use free ports."));
        return null;
    }
}

/// <summary>An instance with the ports that are kept for it until it starts.</summary>
internal sealed class PlannedInstance(IResource resource, string id)
{
    private readonly Dictionary<string, int> _ports = new(StringComparer.OrdinalIgnoreCase);
    private readonly List<PortReservation> _reservations = [];

    public IReadOnlyDictionary<string, int> Ports => _ports;

    public IReadOnlyList<PortReservation> Reservations => _reservations;

    public ResourceInstance Instance { get; private set; } = new(resource, id, new Dictionary<string, int>());

    public void Listen(string endpointName, int port, PortReservation reservation)
    {
        _ports[endpointName] = port;
        _reservations.Add(reservation);
        Instance = new ResourceInstance(resource, id, _ports);
    }

    /// <summary>Lets the process have its ports; harmless when that was done before.</summary>
    public void ReleasePorts() => _reservations.ForEach(static reservation => reservation.Dispose());
}

/// <summary>A port on which a proxy stands before the processes.</summary>
/// <param name="Resource">Whose endpoint it is.</param>
/// <param name="Reservation">The endpoint's port.</param>
/// <param name="InstancePorts">The ports the processes listen on.</param>
internal sealed record PlannedProxy(IResource Resource, PortReservation Reservation, IReadOnlyList<int> InstancePorts);
