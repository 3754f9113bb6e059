namespace Marketplace.Dashboard.Telemetry;

/// <summary>Who called whom, drawn from traces: services, the topics between them, and the databases, caches and foreign services they ask.</summary>
/// <param name="Nodes">What takes part, by id.</param>
/// <param name="Edges">Calls from one node to another.</param>
public sealed record ServiceMap(IReadOnlyList<ServiceMapNode> Nodes, IReadOnlyList<ServiceMapEdge> Edges)
{
    /// <summary>Draws the map of these traces.</summary>
    public static ServiceMap Draw(IEnumerable<TelemetryTrace> traces)
    {
        ArgumentNullException.ThrowIfNull(traces);
        var drawing = new Drawing();
        foreach (var trace in traces)
        {
            drawing.Add(trace);
        }

        return drawing.Finish();
    }

    private sealed class Drawing
    {
        private readonly Dictionary<string, Figures> _nodes = [];
        private readonly Dictionary<(string From, string To), Figures> _edges = [];

        public void Add(TelemetryTrace trace)
        {
            var spans = new Dictionary<SpanId, TelemetrySpan>(trace.Spans.Count);
            foreach (var span in trace.Spans)
            {
                spans[span.SpanId] = span;
            }

            // A client's span that another service answered is the call; without an answer its target is known by its address only.
            var answered = trace.Spans.Where(span => Above(span, spans)?.Source.Name is { } caller && caller != span.Source.Name).Select(span => span.ParentSpanId).ToHashSet();
            foreach (var span in trace.Spans)
            {
                var service = Node(ServiceMapNodeKind.Service, span.Source.Name);
                switch (span.Kind)
                {
                    case SpanKind.Server:
                        _nodes[service].Count(span);
                        if (Above(span, spans) is { } caller && caller.Source.Name != span.Source.Name)
                        {
                            Edge(Node(ServiceMapNodeKind.Service, caller.Source.Name), service).Count(span);
                        }

                        break;
                    case SpanKind.Producer when Topic(span) is { } topic:
                        Edge(service, topic).Count(span);
                        break;
                    case SpanKind.Consumer when Topic(span) is { } topic:
                        _nodes[service].Count(span);
                        Edge(topic, service).Count(span);
                        break;
                    case SpanKind.Client when !answered.Contains(span.SpanId) && Target(span) is { } target:
                        Edge(service, target).Count(span);
                        break;
                }
            }
        }

        public ServiceMap Finish() => new(
            [.. _nodes.Select(node => new ServiceMapNode(node.Key, node.Key[(node.Key.IndexOf(':', StringComparison.Ordinal) + 1)..], Kind(node.Key), node.Value.Calls, node.Value.Errors))],
            [.. _edges.Select(edge => new ServiceMapEdge(edge.Key.From, edge.Key.To, edge.Value.Calls, edge.Value.Errors, edge.Value.At(0.5), edge.Value.At(0.95)))]);

        private string Node(ServiceMapNodeKind kind, string name)
        {
            var id = $"{kind}:{name}";
            _nodes.TryAdd(id, new Figures());
            return id;
        }

        private Figures Edge(string from, string to)
        {
            if (!_edges.TryGetValue((from, to), out var figures))
            {
                _edges.Add((from, to), figures = new Figures());
            }

            return figures;
        }

        private string? Topic(TelemetrySpan span) => span.Attributes.Text("messaging.destination.name") is { } name ? Node(ServiceMapNodeKind.Topic, name) : null;

        private string? Target(TelemetrySpan span) =>
            (span.Attributes.Text("db.system.name") ?? span.Attributes.Text("db.system")) is { } system ? Node(ServiceMapNodeKind.Database, system)
            : (span.Attributes.Text("server.address") ?? span.Attributes.Text("net.peer.name")) is { } address ? Node(ServiceMapNodeKind.External, span.Attributes.Text("server.port") is { } port ? $"{address}:{port}" : address)
            : null;

        private static TelemetrySpan? Above(TelemetrySpan span, Dictionary<SpanId, TelemetrySpan> spans) => spans.GetValueOrDefault(span.ParentSpanId);

        private static ServiceMapNodeKind Kind(string id) => Enum.Parse<ServiceMapNodeKind>(id.AsSpan(0, id.IndexOf(':', StringComparison.Ordinal)));
    }

    private sealed class Figures
    {
        private readonly List<long> _durations = [];

        public int Calls => _durations.Count;

        public int Errors { get; private set; }

        public void Count(TelemetrySpan span)
        {
            _durations.Add(span.DurationNanos);
            Errors += span.Status == SpanStatus.Error ? 1 : 0;
        }

        public double At(double part)
        {
            _durations.Sort();
            return _durations.Count == 0 ? 0 : UnixNanos.ToMilliseconds(_durations[(int)((_durations.Count - 1) * part)]);
        }
    }
}

/// <summary>What takes part in the map.</summary>
/// <param name="Id">Unique; the kind and the name.</param>
/// <param name="Name">What to show.</param>
/// <param name="Kind">What it is.</param>
/// <param name="Calls">Requests and messages it handled; 0 for what sends no spans itself.</param>
/// <param name="Errors">How many of them failed.</param>
public sealed record ServiceMapNode(string Id, string Name, ServiceMapNodeKind Kind, int Calls, int Errors);

/// <summary>Calls from one node to another.</summary>
/// <param name="From">The caller's <see cref="ServiceMapNode.Id"/>.</param>
/// <param name="To">The callee's.</param>
/// <param name="Calls">How many.</param>
/// <param name="Errors">How many failed.</param>
/// <param name="P50Ms">Median duration in milliseconds.</param>
/// <param name="P95Ms">95th percentile in milliseconds.</param>
public sealed record ServiceMapEdge(string From, string To, int Calls, int Errors, double P50Ms, double P95Ms);

/// <summary>What a node of the map is.</summary>
public enum ServiceMapNodeKind
{
    /// <summary>A service that sends spans.</summary>
    Service,

    /// <summary>A topic messages go through.</summary>
    Topic,

    /// <summary>A database or cache.</summary>
    Database,

    /// <summary>Anything else that was called and sent no spans.</summary>
    External,
}
