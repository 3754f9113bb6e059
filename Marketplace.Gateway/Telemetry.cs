using System.Diagnostics;
using Microsoft.Extensions.Primitives;

namespace Marketplace.Gateway;

/// <summary>The gateway's own spans.</summary>
internal static class Telemetry
{
    private const string Operation = "graphql";

    private static readonly ActivitySource Source = new("Marketplace.Gateway");

    /// <summary>
    /// Starts a span unless there is one: where nothing receives traces, requests begin without. Called before anything that may log,
    /// fail or send, so that all of it has the same trace id.
    /// </summary>
    public static Activity? StartUnlessTraced() =>
        Activity.Current is null ? Source.StartActivity(Operation, ActivityKind.Server) : null;

    /// <summary>Continues the client's trace, unless the server does already.</summary>
    /// <param name="traceParent">The header of that name (W3C Trace Context).</param>
    public static Activity? Continue(StringValues traceParent) =>
        traceParent.Count == 1 && Activity.Current is null && ActivityContext.TryParse(traceParent, null, isRemote: true, out var parent)
            ? Source.StartActivity(Operation, ActivityKind.Server, parent)
            : null;

    /// <summary>
    /// Starts the span of an operation that came on a connection that stays open: a trace of its own, linked to the connection's,
    /// which would else hold hours.
    /// </summary>
    public static Activity? StartOperation()
    {
        var connection = Activity.Current;
        Activity.Current = null;
        var operation = Source.StartActivity(Operation, ActivityKind.Server, default(ActivityContext), links: connection is null ? null : [new(connection.Context)]);
        if (operation is null)
        {
            Activity.Current = connection;
        }

        return operation;
    }
}
